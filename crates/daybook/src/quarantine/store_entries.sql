-- Files refused documents. A document that is refused again keeps its entry; only a changed one counts as new.
--
-- Parameters: $1 stream, $2 run, $3 now, $4 rule version; then one array each of locators, ids, platforms, reasons,
--             fields, types, hashes, order codes, statuses and update times, in the same order.
-- Returns: how many entries are new, or about a document that has changed.
with incoming as (
    select *
    from unnest(
        $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::text[],
        $13::text[], $14::timestamptz[]
    ) as i (
        locator, document_id, platform, reason, field, found_type, content_hash, order_code, platform_status,
        source_updated_at
    )
),
known as (
    select i.locator
    from incoming i
    join order_quarantine q on q.stream = $1 and q.locator = i.locator and q.content_hash = i.content_hash
),
stored as (
    insert into order_quarantine as q (
        stream, locator, document_id, platform, reason, field, found_type, content_hash, rule_version,
        order_code, platform_status, source_updated_at, run_id, first_seen_at, last_seen_at
    )
    select
        $1, i.locator, i.document_id, i.platform, i.reason, i.field, i.found_type, i.content_hash, $4,
        i.order_code, i.platform_status, i.source_updated_at, $2, $3, $3
    from incoming i
    order by i.locator
    on conflict (stream, locator) do update
    set document_id = excluded.document_id,
        platform = excluded.platform,
        reason = excluded.reason,
        field = excluded.field,
        found_type = excluded.found_type,
        content_hash = excluded.content_hash,
        rule_version = excluded.rule_version,
        order_code = excluded.order_code,
        platform_status = excluded.platform_status,
        source_updated_at = excluded.source_updated_at,
        run_id = excluded.run_id,
        last_seen_at = excluded.last_seen_at
    returning q.locator
)
select count(*) from stored where locator not in (select locator from known)

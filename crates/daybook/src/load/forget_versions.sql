-- Makes rows that were changed by hand older than any document, so that the documents decide again. What was changed of the
-- things that older versions are remembered for is forgotten; what was not keeps the version that knew it, because that
-- version may be gone from the source.
--
-- Parameters: $1 text[] of platforms, $2 text[] of order codes, $3 text[] of the changed columns, joined by commas; all in
--             the same order.
update orders o
set (region, region_version) = (
        select
            case when not changed.region then o.region end,
            case when not changed.region and o.region is not null then coalesce(o.region_version, main.version) end
    ),
    (customer_id, customer_version) = (
        select
            case when not changed.customer then o.customer_id end,
            case when not changed.customer and o.customer_id is not null
                then coalesce(o.customer_version, main.version) end
    ),
    (completed_at, first_completed_at) = (
        select
            case when not changed.completed then o.completed_at end,
            case when not changed.completed then o.first_completed_at end
    ),
    (cancelled_at, first_cancelled_at) = (
        select
            case when not changed.cancelled then o.cancelled_at end,
            case when not changed.cancelled then o.first_cancelled_at end
    ),
    source_updated_at = null,
    ingested_at = null,
    content_hash = null,
    document_hash = null,
    older_document_hashes = null
from unnest($1::text[], $2::text[], $3::text[]) as key (platform, order_code, columns)
cross join lateral (
    select
        'region' = any (string_to_array(key.columns, ',')),
        'customer_id' = any (string_to_array(key.columns, ',')),
        'completed_at' = any (string_to_array(key.columns, ',')),
        'cancelled_at' = any (string_to_array(key.columns, ','))
) as changed (region, customer, completed, cancelled)
join orders was on was.platform = key.platform and was.order_code = key.order_code
cross join lateral (
    select row(was.source_updated_at, was.ingested_at, was.content_hash)::order_version
) as main (version)
where o.id = was.id

-- Inserts new orders, and lets newer versions replace what older ones said.
--
-- Status, amounts and the rest come from the newest version; region and customer from the newest version that knows
-- them; terminal times are the earliest any version told of, shown only for the status that holds. A row written by
-- hand has no version, so the first document about it wins, and counts as older than any.
--
-- Rows are taken in key order, so that two loaders never wait for each other crosswise.
--
-- Parameters: $1 timestamp, now as civil time in the business zone; $2 orders; in the same order: $3 hashes of their
-- documents, $4 those of older documents, each an array as text.
-- Returns: how many rows were inserted, how many updated.
with upserted as (
    insert into orders as o (
        platform, order_code, source_updated_at, ingested_at, content_hash, shop_id, status, platform_status, currency,
        total_amount, discount_amount, final_amount, order_date,
        region, region_version, customer_id, customer_version,
        first_completed_at, first_cancelled_at, completed_at, cancelled_at, lines, source_document_id,
        document_hash, older_document_hashes, created_at, updated_at
    )
    select
        i.platform, i.order_code, i.source_updated_at, i.ingested_at, i.content_hash, i.shop_id, i.status,
        i.platform_status, i.currency, i.total_amount, i.discount_amount, i.final_amount, i.order_date,
        i.region,
        nullif(i.region_version, row(i.source_updated_at, i.ingested_at, i.content_hash)::order_version),
        i.customer_id,
        nullif(i.customer_version, row(i.source_updated_at, i.ingested_at, i.content_hash)::order_version),
        i.first_completed_at,
        i.first_cancelled_at,
        case i.status when 'completed' then i.first_completed_at end,
        case i.status when 'cancelled' then i.first_cancelled_at end,
        i.lines,
        i.source_document_id,
        i.document_hash,
        i.older_document_hashes::bigint[],
        $1,
        $1
    from incoming_orders($2, $3, $4) i
    order by i.platform, i.order_code
    on conflict (platform, order_code) do update
    set source_updated_at = excluded.source_updated_at,
        ingested_at = excluded.ingested_at,
        content_hash = excluded.content_hash,
        shop_id = excluded.shop_id,
        status = excluded.status,
        platform_status = excluded.platform_status,
        currency = excluded.currency,
        total_amount = excluded.total_amount,
        discount_amount = excluded.discount_amount,
        final_amount = excluded.final_amount,
        order_date = excluded.order_date,
        lines = excluded.lines,
        source_document_id = excluded.source_document_id,
        document_hash = excluded.document_hash,
        older_document_hashes = merged_document_hashes(
            excluded.older_document_hashes, o.document_hash, o.older_document_hashes),
        (region, region_version) = (
            select known.region, nullif(known.version, row(
                excluded.source_updated_at, excluded.ingested_at, excluded.content_hash)::order_version)
            from (values
                (excluded.region, coalesce(excluded.region_version, row(
                    excluded.source_updated_at, excluded.ingested_at, excluded.content_hash)::order_version)),
                (o.region, coalesce(o.region_version, row(
                    coalesce(o.source_updated_at, '-infinity'), o.ingested_at, o.content_hash)::order_version))
            ) known (region, version)
            where known.region is not null
            order by known.version desc
            limit 1
        ),
        (customer_id, customer_version) = (
            select known.customer_id, nullif(known.version, row(
                excluded.source_updated_at, excluded.ingested_at, excluded.content_hash)::order_version)
            from (values
                (excluded.customer_id, coalesce(excluded.customer_version, row(
                    excluded.source_updated_at, excluded.ingested_at, excluded.content_hash)::order_version)),
                (o.customer_id, coalesce(o.customer_version, row(
                    coalesce(o.source_updated_at, '-infinity'), o.ingested_at, o.content_hash)::order_version))
            ) known (customer_id, version)
            where known.customer_id is not null
            order by known.version desc
            limit 1
        ),
        first_completed_at = least(o.first_completed_at, excluded.first_completed_at),
        first_cancelled_at = least(o.first_cancelled_at, excluded.first_cancelled_at),
        completed_at = case excluded.status
            when 'completed' then least(o.first_completed_at, excluded.first_completed_at)
        end,
        cancelled_at = case excluded.status
            when 'cancelled' then least(o.first_cancelled_at, excluded.first_cancelled_at)
        end,
        updated_at = excluded.updated_at
    where o.source_updated_at is null
       or (excluded.source_updated_at, excluded.ingested_at, excluded.content_hash)
          > (o.source_updated_at, o.ingested_at, o.content_hash)
    -- xmax is zero on a row version that this statement inserted, and carries its own lock on one that it updated.
    returning (xmax = 0) as inserted
)
select
    count(*) filter (where inserted) as inserted,
    count(*) filter (where not inserted) as updated
from upserted

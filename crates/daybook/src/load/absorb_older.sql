-- Older versions that arrive late cannot decide a row, but may know what the newer ones do not: a region before it was
-- masked, a buyer, an earlier completion.
--
-- Parameters: $1 timestamp, now as civil time in the business zone; $2 orders; in the same order: $3 hashes of their
-- documents, $4 those of older documents, each an array as text.
-- Returns: how many rows learned something.
with learned as (
    update orders o
    set (region, region_version) = (
            select known.region, nullif(known.version, row(
                o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
            from (values
                (o.region, coalesce(o.region_version, row(
                    o.source_updated_at, o.ingested_at, o.content_hash)::order_version)),
                (i.region, i.region_version)
            ) known (region, version)
            where known.region is not null
            order by known.version desc
            limit 1
        ),
        (customer_id, customer_version) = (
            select known.customer_id, nullif(known.version, row(
                o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
            from (values
                (o.customer_id, coalesce(o.customer_version, row(
                    o.source_updated_at, o.ingested_at, o.content_hash)::order_version)),
                (i.customer_id, i.customer_version)
            ) known (customer_id, version)
            where known.customer_id is not null
            order by known.version desc
            limit 1
        ),
        first_completed_at = least(o.first_completed_at, i.first_completed_at),
        first_cancelled_at = least(o.first_cancelled_at, i.first_cancelled_at),
        completed_at = case o.status
            when 'completed' then least(o.first_completed_at, i.first_completed_at)
            else o.completed_at
        end,
        cancelled_at = case o.status
            when 'cancelled' then least(o.first_cancelled_at, i.first_cancelled_at)
            else o.cancelled_at
        end,
        older_document_hashes = merged_document_hashes(
            i.older_document_hashes::bigint[], i.document_hash, o.older_document_hashes),
        updated_at = $1
    from incoming_orders($2, $3, $4) i
    where o.platform = i.platform
      and o.order_code = i.order_code
      and (o.source_updated_at, o.ingested_at, o.content_hash)
          >= (i.source_updated_at, i.ingested_at, i.content_hash)
      and (
          i.region is not null
          and (
              o.region is null
              or i.region_version
                 > coalesce(o.region_version,
                            row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
          )
          or i.customer_id is not null
          and (
              o.customer_id is null
              or i.customer_version
                 > coalesce(o.customer_version,
                            row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
          )
          or i.first_completed_at < coalesce(o.first_completed_at, 'infinity')
          or i.first_cancelled_at < coalesce(o.first_cancelled_at, 'infinity')
      )
    returning 1
)
select count(*) as updated from learned

-- Takes the orders off the batch that already say everything the batch knows: most of them, when data is read again.
-- What is left for the following statements is work.
--
-- An order is known when the stored version is at least the incoming one and nothing of the incoming state is missing:
-- neither a region or customer of a newer version, nor an earlier terminal time, nor the id of the very same version's document
-- where none was kept yet.
--
-- Returns: how many of them were older than what is stored, the others being the very same version; and how many there were.
with known as (
    delete from incoming_orders i
    using orders o
    where o.platform = i.platform
      and o.order_code = i.order_code
      and (o.source_updated_at, o.ingested_at, o.content_hash)
          >= (i.source_updated_at, i.ingested_at, i.content_hash)
      and (
          i.region is null
          or o.region is not null
             and coalesce(o.region_version,
                          row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
                 >= i.region_version
      )
      and (
          i.customer_id is null
          or o.customer_id is not null
             and coalesce(o.customer_version,
                          row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
                 >= i.customer_version
      )
      and (i.first_completed_at is null or o.first_completed_at <= i.first_completed_at)
      and (i.first_cancelled_at is null or o.first_cancelled_at <= i.first_cancelled_at)
      and (
          i.source_document_id is null
          or o.source_document_id is not null
          or (o.source_updated_at, o.ingested_at, o.content_hash)
             > (i.source_updated_at, i.ingested_at, i.content_hash)
      )
    returning (o.source_updated_at, o.ingested_at, o.content_hash)
              > (i.source_updated_at, i.ingested_at, i.content_hash) as older
)
select count(*) filter (where older) as stale, count(*) as dropped from known

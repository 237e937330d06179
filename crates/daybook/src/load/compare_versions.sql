-- What the orders of a batch are to the stored ones, told by their versions. Most of those that are read again say nothing that
-- is not stored: they end here, and their rows are never sent.
--
-- An order is
--   newer      when there is no row, a row without a version (written by hand), or a row of an older version;
--   recollected when it is the row's version with a later ingest time, or with a document's id or hash where none was kept yet;
--   older      otherwise: the row's version, or one before it.
-- One that is not newer is telling when it knows what the row does not: a region or a buyer by a newer version than the row's,
-- or an earlier terminal time.
--
-- Parameters, arrays in the same order: $1 platforms, $2 order codes, $3 versions, $4 versions that knew the region,
-- $5 versions that knew the buyer, $6 first completions, $7 first cancellations, $8 whether the document's id is known, $9 whether
-- its hash is.
-- Returns: the numbers, from 1, of those that are newer, recollected, and telling; and how many of the others are older than
-- the row.
with told (
    platform, order_code, updated, ingested, content, region_updated, region_ingested, region_content,
    customer_updated, customer_ingested, customer_content, first_completed_at, first_cancelled_at, has_document_id, has_document_hash,
    number
) as (
    select *
    from unnest(
        $1::text[], $2::text[], $3::order_version[], $4::order_version[], $5::order_version[],
        $6::timestamp[], $7::timestamp[], $8::boolean[], $9::boolean[]
    ) with ordinality
),
placed as (
    select
        t.*,
        o.source_updated_at,
        o.ingested_at,
        o.content_hash,
        o.region is not null as has_region,
        o.region_version,
        o.customer_id is not null as has_customer,
        o.customer_version,
        o.first_completed_at as stored_completion,
        o.first_cancelled_at as stored_cancellation,
        case
            when o.source_updated_at is null then 'newer'
            when (o.source_updated_at, o.content_hash) = (t.updated, t.content)
                 and (
                     o.ingested_at < t.ingested
                     or o.ingested_at = t.ingested
                        and (
                            o.source_document_id is null and t.has_document_id
                            or o.document_hash is null and t.has_document_hash
                        )
                 )
            then 'recollected'
            when (t.updated, t.ingested, t.content) > (o.source_updated_at, o.ingested_at, o.content_hash) then 'newer'
            else 'older'
        end as place
    from told t
    left join orders o on o.platform = t.platform and o.order_code = t.order_code
),
judged as (
    select
        p.number,
        p.place,
        p.place <> 'newer'
        and (
            p.region_updated is not null
            and (
                not p.has_region
                or (p.region_updated, p.region_ingested, p.region_content) > (
                    coalesce((p.region_version).source_updated_at, p.source_updated_at),
                    coalesce((p.region_version).ingested_at, latest.ingested),
                    coalesce((p.region_version).content_hash, p.content_hash)
                )
            )
            or p.customer_updated is not null
            and (
                not p.has_customer
                or (p.customer_updated, p.customer_ingested, p.customer_content) > (
                    coalesce((p.customer_version).source_updated_at, p.source_updated_at),
                    coalesce((p.customer_version).ingested_at, latest.ingested),
                    coalesce((p.customer_version).content_hash, p.content_hash)
                )
            )
            or p.first_completed_at < coalesce(p.stored_completion, 'infinity')
            or p.first_cancelled_at < coalesce(p.stored_cancellation, 'infinity')
        ) as is_telling,
        (p.source_updated_at, p.ingested_at, p.content_hash) > (p.updated, p.ingested, p.content) as is_below
    from placed p
    -- What the deciding version knew, it knows at its latest ingest time.
    cross join lateral (
        select case p.place when 'recollected' then p.ingested else p.ingested_at end
    ) as latest (ingested)
)
select
    coalesce(array_agg(number::integer) filter (where place = 'newer'), '{}') as newer,
    coalesce(array_agg(number::integer) filter (where place = 'recollected'), '{}') as recollected,
    coalesce(array_agg(number::integer) filter (where is_telling), '{}') as telling,
    count(*) filter (where place = 'older' and is_telling is not true and is_below) as stale
from judged

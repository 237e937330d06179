-- The batch's orders that differ from what is stored, and how.
--
-- missing: there is no row. behind: the documents know something that the row does not. changed: the row, or what it
-- remembers of an older version, was made from this very version and says something else, so somebody has written it by hand.
--
-- Parameters: $1 instant up to which the source has been loaded, or null; what was stored later is not compared yet;
--             $2 orders.
-- Returns: platform, code, problem, and for changed rows the columns that differ.
with versions as (
    select
        i as incoming,
        o as stored,
        row(i.source_updated_at, i.ingested_at, i.content_hash)::order_version as incoming_version,
        row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version as stored_version,
        i.region_version as incoming_region,
        coalesce(o.region_version, row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
            as stored_region,
        i.customer_version as incoming_customer,
        coalesce(o.customer_version, row(o.source_updated_at, o.ingested_at, o.content_hash)::order_version)
            as stored_customer
    from unnest($2::incoming_order[]) i
    left join orders o on o.platform = i.platform and o.order_code = i.order_code
    where $1::timestamptz is null or i.ingested_at <= $1
),
compared as (
    select
        (v.incoming).platform,
        (v.incoming).order_code,
        case
            when (v.stored).id is null then 'missing'
            when (v.stored).source_updated_at is null then 'behind'
            when ((v.incoming).source_updated_at, (v.incoming).content_hash)
                 = ((v.stored).source_updated_at, (v.stored).content_hash) then 'same'
            when v.incoming_version > v.stored_version then 'behind'
            else 'older'
        end as relation,
        (v.incoming).region is not null
            and ((v.stored).region is null or v.incoming_region > v.stored_region)
        or (v.incoming).customer_id is not null
            and ((v.stored).customer_id is null or v.incoming_customer > v.stored_customer)
        or (v.incoming).first_completed_at < coalesce((v.stored).first_completed_at, 'infinity')
        or (v.incoming).first_cancelled_at < coalesce((v.stored).first_cancelled_at, 'infinity') as knows_more,
        array_remove(array[
            case when (v.incoming).shop_id is distinct from (v.stored).shop_id then 'shop_id' end,
            case when (v.incoming).status is distinct from (v.stored).status then 'status' end,
            case when (v.incoming).platform_status is distinct from (v.stored).platform_status then 'platform_status' end,
            case when (v.incoming).currency is distinct from (v.stored).currency then 'currency' end,
            case when (v.incoming).total_amount is distinct from (v.stored).total_amount then 'total_amount' end,
            case
                when (v.incoming).discount_amount is distinct from (v.stored).discount_amount then 'discount_amount'
            end,
            case when (v.incoming).final_amount is distinct from (v.stored).final_amount then 'final_amount' end,
            case when (v.incoming).order_date is distinct from (v.stored).order_date then 'order_date' end,
            case when (v.incoming).lines is distinct from (v.stored).lines then 'lines' end,
            case
                when (v.stored).region_version is null and (v.incoming).region is null
                     and (v.stored).region is not null then 'region'
            end,
            case
                when (v.stored).customer_version is null and (v.incoming).customer_id is null
                     and (v.stored).customer_id is not null then 'customer_id'
            end,
            case
                when (v.stored).completed_at
                     is distinct from (case (v.stored).status when 'completed' then (v.stored).first_completed_at end)
                then 'completed_at'
            end,
            case
                when (v.stored).cancelled_at
                     is distinct from (case (v.stored).status when 'cancelled' then (v.stored).first_cancelled_at end)
                then 'cancelled_at'
            end
        ], null) as of_this_version,
        array_remove(array[
            case
                when (v.incoming).region is not null and v.incoming_region = v.stored_region
                     and (v.incoming).region is distinct from (v.stored).region
                then 'region'
            end,
            case
                when (v.incoming).customer_id is not null and v.incoming_customer = v.stored_customer
                     and (v.incoming).customer_id is distinct from (v.stored).customer_id
                then 'customer_id'
            end
        ], null) as of_older_versions
    from versions v
),
differing as (
    select
        c.*,
        c.of_older_versions || case c.relation when 'same' then c.of_this_version else '{}' end as columns
    from compared c
)
select
    platform,
    order_code,
    case
        when relation in ('missing', 'behind') then relation
        when columns <> '{}' then 'changed'
        else 'behind'
    end as problem,
    case when relation in ('missing', 'behind') then '{}' else columns end as columns
from differing
where relation in ('missing', 'behind') or columns <> '{}' or knows_more
order by platform, order_code

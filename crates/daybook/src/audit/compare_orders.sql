-- The batch's orders that differ from what is stored, and how.
--
-- missing: there is no row. behind: the documents know something that the row does not. changed: the row was made from
-- this very version and says something else, so somebody has written it by hand.
--
-- Parameters: $1 instant up to which the source has been loaded, or null; what was stored later is not compared yet.
-- Returns: platform, code, problem, and for changed rows the columns that differ.
with compared as (
    select
        i.platform,
        i.order_code,
        case
            when o.id is null then 'missing'
            when o.source_updated_at is null then 'behind'
            when (i.source_updated_at, i.content_hash) = (o.source_updated_at, o.content_hash) then 'same'
            when (i.source_updated_at, i.ingested_at, i.content_hash)
                 > (o.source_updated_at, o.ingested_at, o.content_hash) then 'behind'
            else 'older'
        end as relation,
        i.region is not null and o.region is null
            or i.customer_id is not null and o.customer_id is null
            or i.first_completed_at < coalesce(o.first_completed_at, 'infinity')
            or i.first_cancelled_at < coalesce(o.first_cancelled_at, 'infinity') as knows_more,
        array_remove(array[
            case when i.shop_id is distinct from o.shop_id then 'shop_id' end,
            case when i.status is distinct from o.status then 'status' end,
            case when i.platform_status is distinct from o.platform_status then 'platform_status' end,
            case when i.currency is distinct from o.currency then 'currency' end,
            case when i.total_amount is distinct from o.total_amount then 'total_amount' end,
            case when i.discount_amount is distinct from o.discount_amount then 'discount_amount' end,
            case when i.final_amount is distinct from o.final_amount then 'final_amount' end,
            case when i.order_date is distinct from o.order_date then 'order_date' end,
            case when o.region_version is null and i.region is distinct from o.region then 'region' end,
            case
                when o.customer_version is null and i.customer_id is distinct from o.customer_id then 'customer_id'
            end,
            case
                when o.completed_at is distinct from (case o.status when 'completed' then o.first_completed_at end)
                then 'completed_at'
            end,
            case
                when o.cancelled_at is distinct from (case o.status when 'cancelled' then o.first_cancelled_at end)
                then 'cancelled_at'
            end
        ], null) as columns
    from incoming_orders i
    left join orders o on o.platform = i.platform and o.order_code = i.order_code
    where $1::timestamptz is null or i.ingested_at <= $1
)
select
    platform,
    order_code,
    case
        when relation in ('missing', 'behind') then relation
        when relation = 'same' and columns <> '{}' then 'changed'
        else 'behind'
    end as problem,
    case when relation = 'same' and columns <> '{}' then columns else '{}' end as columns
from compared
where relation in ('missing', 'behind')
   or relation = 'same' and columns <> '{}'
   or knows_more
order by platform, order_code

-- Buckets of regions and shops whose live figures differ from a recount in this very snapshot; written apart from the
-- program's definition. A day that waits in the rebuild queue is not promised to be exact.
with recount as (
    select
        cast(order_date as date) as stat_date, platform::text,
        case when grouping(region) = 0 then 'region' else 'shop' end as grain,
        case when grouping(region) = 0 then coalesce(region, '?') else coalesce(shop_id, '?') end as value,
        count(*) as orders,
        sum(case when status = 'completed' then 1 else 0 end) as completed,
        sum(case when status = 'cancelled' then 1 else 0 end) as cancelled,
        sum(total_amount) as gross,
        sum(case when status = 'completed' then final_amount else 0 end) as revenue,
        sum(case when discount_amount is null then 0 else discount_amount end) as discount
    from orders
    group by grouping sets ((1, 2, region), (1, 2, shop_id))
),
live as (
    select stat_date, platform::text, 'region' as grain, coalesce(region, '?') as value, total_orders as orders,
           completed_orders as completed, cancelled_orders as cancelled,
           gross_merchandise_value as gross, total_revenue as revenue, total_discount as discount
    from daily_region_statistics_live
    union all
    select stat_date, platform::text, 'shop', coalesce(shop_id, '?'), total_orders, completed_orders, cancelled_orders,
           gross_merchandise_value, total_revenue, total_discount
    from daily_shop_statistics_live
)
select count(*) as differing_buckets
from live l
full join recount r using (stat_date, platform, grain, value)
where (l.orders, l.completed, l.cancelled, l.gross, l.revenue, l.discount)
      is distinct from
      (r.orders, r.completed, r.cancelled, r.gross, r.revenue, r.discount)
  and stat_date not in (select stat_date from stats_rebuild_marks)

-- Buckets whose live figures differ from a recount in this very snapshot; written apart from the program's definition.
-- A day that waits in the rebuild queue is not promised to be exact.
with recount as (
    select
        cast(order_date as date) as stat_date,
        platform::text,
        count(*) as total_orders,
        sum(case when status = 'completed' then 1 else 0 end) as completed_orders,
        sum(case when status = 'cancelled' then 1 else 0 end) as cancelled_orders,
        sum(case when status = 'pending' then 1 else 0 end) as pending_orders,
        sum(total_amount) as gross,
        sum(case when status = 'completed' then final_amount else 0 end) as revenue,
        sum(case when discount_amount is null then 0 else discount_amount end) as discount
    from orders
    group by 1, 2
),
live as (
    select stat_date, platform::text, total_orders, completed_orders, cancelled_orders, pending_orders,
           gross_merchandise_value as gross, total_revenue as revenue, total_discount as discount
    from daily_order_statistics_live
)
select count(*) as differing_buckets
from live l
full join recount r using (stat_date, platform)
where (l.total_orders, l.completed_orders, l.cancelled_orders, l.pending_orders, l.gross, l.revenue, l.discount)
      is distinct from
      (r.total_orders, r.completed_orders, r.cancelled_orders, r.pending_orders, r.gross, r.revenue, r.discount)
  and stat_date not in (select stat_date from stats_rebuild_marks)

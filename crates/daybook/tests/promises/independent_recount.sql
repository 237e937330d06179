-- Rows of daily_order_statistics that differ from a recount, written apart from the program's definition.
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
stored as (
    select stat_date, platform::text, total_orders, completed_orders, cancelled_orders, pending_orders,
           gross_merchandise_value as gross, total_revenue as revenue, total_discount as discount,
           cancellation_rate, avg_order_value
    from daily_order_statistics
)
select count(*)
from stored s
full join recount r using (stat_date, platform)
where (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders, s.gross, s.revenue, s.discount,
       s.cancellation_rate, s.avg_order_value)
      is distinct from
      (r.total_orders, r.completed_orders, r.cancelled_orders, r.pending_orders, r.gross, r.revenue, r.discount,
       round(100.0 * r.cancelled_orders / r.total_orders, 2),
       case when r.completed_orders > 0 then round(r.revenue / r.completed_orders, 2) end)

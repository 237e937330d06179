-- Rows of the finer grains that differ from a recount, written apart from the program's definition: regions, shops, weeks
-- and months; and how many figures of regions and shops do not add up to the day's.
-- A day that waits in the rebuild queue is not promised to be exact.
with counted as (
    select
        cast(order_date as date) as stat_date, platform::text, region, shop_id, total_amount, status,
        case when status = 'completed' then final_amount else 0 end as revenue,
        case when discount_amount is null then 0 else discount_amount end as discount
    from orders
),
recount as (
    select 'region' as grain, stat_date, platform, region as value, count(*) as orders,
           count(*) filter (where status = 'completed') as completed,
           count(*) filter (where status = 'cancelled') as cancelled,
           count(*) filter (where status = 'pending') as pending,
           sum(total_amount) as gross, sum(revenue) as revenue, sum(discount) as discount
    from counted group by stat_date, platform, region
    union all
    select 'shop', stat_date, platform, shop_id, count(*),
           count(*) filter (where status = 'completed'),
           count(*) filter (where status = 'cancelled'),
           count(*) filter (where status = 'pending'),
           sum(total_amount), sum(revenue), sum(discount)
    from counted group by stat_date, platform, shop_id
),
kept as (
    select 'region' as grain, stat_date, platform::text, region as value, total_orders as orders,
           completed_orders as completed, cancelled_orders as cancelled, pending_orders as pending,
           gross_merchandise_value as gross, total_revenue as revenue, total_discount as discount,
           cancellation_rate, avg_order_value
    from daily_region_statistics
    union all
    select 'shop', stat_date, platform::text, shop_id, total_orders, completed_orders, cancelled_orders, pending_orders,
           gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
    from daily_shop_statistics
),
differing as (
    select coalesce(k.stat_date, r.stat_date) as stat_date
    from kept k
    full join recount r
        on r.grain = k.grain and r.stat_date = k.stat_date and r.platform = k.platform
       and coalesce(r.value, '\x01') = coalesce(k.value, '\x01')
    where (k.orders, k.completed, k.cancelled, k.pending, k.gross, k.revenue, k.discount,
           k.cancellation_rate, k.avg_order_value)
          is distinct from
          (r.orders, r.completed, r.cancelled, r.pending, r.gross, r.revenue, r.discount,
           round(100.0 * r.cancelled / r.orders, 2),
           case when r.completed > 0 then round(r.revenue / r.completed, 2) end)
),
weeks as (
    select 'week' as period, stat_date - (extract(isodow from stat_date)::int - 1) as first_day, platform,
           count(distinct stat_date) as days, count(*) as orders,
           count(*) filter (where status = 'completed') as completed,
           count(*) filter (where status = 'cancelled') as cancelled,
           sum(total_amount) as gross, sum(revenue) as revenue, sum(discount) as discount
    from counted group by 2, platform
    union all
    select 'month', make_date(extract(year from stat_date)::int, extract(month from stat_date)::int, 1), platform,
           count(distinct stat_date), count(*),
           count(*) filter (where status = 'completed'),
           count(*) filter (where status = 'cancelled'),
           sum(total_amount), sum(revenue), sum(discount)
    from counted group by 2, platform
),
differing_periods as (
    select coalesce(k.first_day, r.first_day) as first_day
    from (
        select 'week' as period, week_start as first_day, platform::text, days_covered, total_orders, completed_orders,
               cancelled_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
        from weekly_statistics
        union all
        select 'month', month_start, platform::text, days_covered, total_orders, completed_orders,
               cancelled_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
        from monthly_statistics
    ) k
    full join weeks r using (period, first_day, platform)
    where (k.days_covered, k.total_orders, k.completed_orders, k.cancelled_orders, k.gross_merchandise_value,
           k.total_revenue, k.total_discount, k.cancellation_rate, k.avg_order_value)
          is distinct from
          (r.days, r.orders, r.completed, r.cancelled, r.gross, r.revenue, r.discount,
           round(100.0 * r.cancelled / r.orders, 2),
           case when r.completed > 0 then round(r.revenue / r.completed, 2) end)
)
select
    (select count(*) from differing where stat_date not in (select stat_date from stats_rebuild_marks))
    + (select count(*) from differing_periods where not exists (select from stats_rebuild_marks))

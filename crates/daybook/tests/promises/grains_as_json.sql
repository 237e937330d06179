-- Figures of provinces, shops, weeks and months in the form of the oracle's expected figures, but for what is final.
with figures as (
    select 'regions' as list, stat_date, platform, array[region] as key, total_orders, completed_orders, cancelled_orders,
           pending_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
    from daily_region_statistics
    union all
    select 'shops', stat_date, platform, array[shop_id], total_orders, completed_orders, cancelled_orders,
           pending_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
    from daily_shop_statistics
    union all
    select 'categories', stat_date, platform, array[category_id], total_orders, completed_orders, cancelled_orders,
           pending_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
    from daily_category_statistics
    union all
    select 'weekly', week_start, platform, null, total_orders, completed_orders, cancelled_orders,
           pending_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
    from weekly_statistics
    union all
    select 'monthly', month_start, platform, null, total_orders, completed_orders, cancelled_orders,
           pending_orders, gross_merchandise_value, total_revenue, total_discount, cancellation_rate, avg_order_value
    from monthly_statistics
)
select
    jsonb_build_object(
        'stat_date', stat_date,
        'platform', platform,
        'total_orders', total_orders,
        'completed_orders', completed_orders,
        'cancelled_orders', cancelled_orders,
        'pending_orders', pending_orders,
        'gross_merchandise_value', gross_merchandise_value::text,
        'total_revenue', total_revenue::text,
        'total_discount', total_discount::text,
        'cancellation_rate', cancellation_rate::text,
        'avg_order_value', avg_order_value::text
    ) || case when key is null then '{}' else jsonb_build_object('key', key[1]) end
from figures
where list = $1

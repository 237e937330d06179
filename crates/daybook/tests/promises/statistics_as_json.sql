-- Statistics in the form of the oracle's expected figures.
select jsonb_build_object(
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
    'avg_order_value', avg_order_value::text,
    'is_final', is_final
)
from daily_order_statistics
order by stat_date, platform

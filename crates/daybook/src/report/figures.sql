-- The ratios of rows of sums, from the sums. An average of ratios would be wrong.
select
    f.*,
    cancellation_rate(f.cancelled_orders, f.total_orders)::numeric(38, 2) as cancellation_rate,
    avg_order_value(f.total_revenue, f.completed_orders)::numeric(38, 2) as avg_order_value,
    case when f.total_orders > 0 then round(f.pending_orders * 100.0 / f.total_orders, 2) end as pending_share

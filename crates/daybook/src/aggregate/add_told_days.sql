-- The figures of the days that the program has counted for the finer grains: what an order adds to them, and the ratios, are
-- as expected_daily_order_statistics() has them.
--
-- Parameters: $1 to $9 what was counted, as told_buckets() takes it, in one bucket for each day and platform.
insert into rebuilt_statistics
select
    b.stat_date, b.platform, b.total_orders, b.completed_orders, b.cancelled_orders, b.pending_orders,
    b.gross_merchandise_value, b.total_revenue, b.total_discount,
    cancellation_rate(b.cancelled_orders, b.total_orders), avg_order_value(b.total_revenue, b.completed_orders)
from told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9) b

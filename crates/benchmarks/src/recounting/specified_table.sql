-- Where the specification's loop writes, beside daybook's own table.
create table specified_statistics as
select
    stat_date, platform, total_orders, completed_orders, cancelled_orders, pending_orders, gross_merchandise_value,
    total_revenue, total_discount, cancellation_rate, avg_order_value, is_final
from daily_order_statistics
with no data

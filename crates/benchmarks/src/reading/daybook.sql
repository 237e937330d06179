-- The function that the API and the pages ask. Parameters: $1 first day, $2 last day, which is today.
select
    period_start, platform, total_orders, completed_orders, cancelled_orders, pending_orders, gross_merchandise_value,
    total_discount, total_revenue
from figures_of_periods($1, $2, null, false, null, 'month', true, $2)
order by period_start, platform

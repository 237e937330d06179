-- Figures of the last seven business days, amounts as text so that no digit is lost.
--
-- Parameters: $1 today in the business zone.
select
    stat_date, platform, total_orders, gross_merchandise_value::text, total_revenue::text,
    cancellation_rate::text, is_final
from daily_order_statistics
where stat_date > $1::date - 7
order by stat_date desc, platform

-- How many rows of daily statistics a validation has looked at.
--
-- Parameters: $1 first day, $2 last day.
select count(*) from daily_order_statistics where stat_date between $1 and $2

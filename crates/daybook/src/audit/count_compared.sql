-- How much a validation has looked at.
--
-- Parameters: $1 first day, $2 last day.
select
    (select count(*) from daily_order_statistics where stat_date between $1 and $2) as stored_rows,
    (select count(*) from orders where order_date >= $1::date and order_date < ($2::date + 1)) as orders

-- How many business days with orders, and how many orders, a range holds. Parameters: $1 first day or null, $2 last day or null.
select count(distinct stat_date), coalesce(sum(total_orders), 0)::bigint
from daily_order_statistics_live
where ($1::date is null or stat_date >= $1) and ($2::date is null or stat_date <= $2)

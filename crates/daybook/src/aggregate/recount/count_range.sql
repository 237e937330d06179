-- How many orders each day of a range has, in order, for recounting them; none where no finer grain is kept.
--
-- Parameters: $1 first day, $2 last day; '-infinity' and 'infinity' leave an end open. Returns: day, orders.
select o.order_date::date, count(*)
from orders o
where cardinality(enabled_grains()) > 0
  and o.order_date >= $1::timestamp
  and o.order_date < ($2 + 1)::timestamp
group by o.order_date::date
order by o.order_date::date

-- How many orders each day has, in order.
--
-- Parameters: $1 first day, $2 last day. Returns: day, orders.
select o.order_date::date, count(*)
from orders o
where o.order_date >= $1::timestamp
  and o.order_date < ($2 + 1)::timestamp
group by o.order_date::date
order by o.order_date::date

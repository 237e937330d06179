-- How many orders each of some days has, in order, for recounting them; none where no finer grain is kept.
--
-- Parameters: $1 date[], the days. Returns: day, orders.
select d.day, (
    select count(*)
    from orders o
    where o.order_date >= d.day::timestamp
      and o.order_date < (d.day + 1)::timestamp
)
from unnest($1::date[]) d (day)
where cardinality(enabled_grains()) > 0
order by d.day

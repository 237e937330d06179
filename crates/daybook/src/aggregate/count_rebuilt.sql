-- How many orders each computed day has, in order. Returns: day, orders.
select r.stat_date, sum(r.total_orders)::bigint
from rebuilt_statistics r
group by r.stat_date
order by r.stat_date

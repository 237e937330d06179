-- Orders placed on a business day, by platform. Parameters: $1 the day.
select platform, count(*)
from orders
where order_date >= $1::date and order_date < ($1::date + 1)
group by platform
order by platform

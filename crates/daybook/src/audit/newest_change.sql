-- The order of a day that changed last: where to start looking for the cause of a difference.
--
-- Parameters: $1 the day, $2 the platform.
select order_code, updated_at
from orders
where order_date >= $1::date and order_date < ($1::date + 1) and platform = $2
order by updated_at desc nulls last, order_code
limit 1

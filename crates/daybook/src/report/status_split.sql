-- GMV per business day and status, read from the orders themselves.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one).
select
    o.order_date::date as day,
    coalesce(sum(o.total_amount) filter (where o.status = 'completed'), 0) as completed,
    coalesce(sum(o.total_amount) filter (where o.status = 'pending'), 0) as pending,
    coalesce(sum(o.total_amount) filter (where o.status = 'cancelled'), 0) as cancelled
from orders o
where o.order_date >= $1::date::timestamp
  and o.order_date < ($2::date + 1)::timestamp
  and ($3::text[] is null or o.platform = any ($3))
  and (not $4::boolean or o.shop_id is not distinct from $5::text)
group by o.order_date::date
order by o.order_date::date

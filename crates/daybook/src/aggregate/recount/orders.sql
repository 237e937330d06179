-- The orders of a stretch of days, with all that the buckets of the finer grains depend on. Arrays in binary, as
-- journal entries have them. None where no finer grain is kept.
--
-- Parameters: $1 first day, $2 last day; '-infinity' and 'infinity' leave an end open.
select
    o.order_date::date, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount,
    array_send(order_facts(o)), array_send(o.lines)
from orders o
where cardinality(enabled_grains()) > 0
  and o.order_date >= $1::timestamp
  and o.order_date < ($2 + 1)::timestamp

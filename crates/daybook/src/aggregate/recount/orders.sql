-- The orders of a stretch of days, with all that the buckets of the finer grains depend on. None where no finer grain is kept.
--
-- Most orders have one line or two. As columns of their own these take a third of the bytes that an array takes, which repeats
-- the type of every field and has those that no figure needs. The rest comes as an array in binary, as journal entries have it;
-- so does an array that is not numbered from 1, which somebody may have written by hand.
--
-- Parameters: $1 first day, $2 last day; '-infinity' and 'infinity' leave an end open.
select
    o.order_date::date, o.platform, o.status, o.total_amount, o.discount_amount, o.final_amount,
    array_send(order_facts(o)),
    case when array_lower(o.lines, 1) = 1 then least(cardinality(o.lines), 2) else 0 end,
    (o.lines[1]).product_id, (o.lines[1]).discount_amount, (o.lines[1]).final_amount,
    (o.lines[2]).product_id, (o.lines[2]).discount_amount, (o.lines[2]).final_amount,
    case
        when array_lower(o.lines, 1) <> 1 then array_send(o.lines)
        when cardinality(o.lines) > 2 then array_send(o.lines[3:])
    end
from orders o
where cardinality(enabled_grains()) > 0
  and o.order_date >= $1::timestamp
  and o.order_date < ($2 + 1)::timestamp

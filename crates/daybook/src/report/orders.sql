-- The orders behind a figure, newest first, from below a given one.
--
-- Of an order in a category, only its part of the amounts belongs to the figure: its lines of that category. What is without
-- category is the rest of the order, so that parts add up to the order even where its amounts were changed by hand.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one), $6 statuses or null, $7 whether of some regions only, $8 their names, $9 whether of unknown
--             region as well, $10 whether of some categories only, $11 their ids (null: none), $12 whether only orders
--             that add money, $13 whether only orders with a discount, $14 date, $15 platform and $16 code of the order
--             to go on below, or null, $17 most orders.
select
    o.order_date, o.platform, o.order_code, o.shop_id, o.status, o.platform_status, o.region,
    o.completed_at, o.cancelled_at, o.total_amount, coalesce(o.discount_amount, 0) as discount_amount, o.final_amount,
    case when $11::text[] is null then o.total_amount - part.total_amount else part.total_amount end
        as part_total_amount,
    case when $11 is null then coalesce(o.discount_amount, 0) - part.discount_amount else part.discount_amount end
        as part_discount_amount,
    case when $11 is null then o.final_amount - part.final_amount else part.final_amount end as part_final_amount
from orders o
left join lateral (
    -- The lines of the categories asked for; where none is asked for, those of any.
    select
        bool_or(w.is_wanted) as touches,
        coalesce(sum(coalesce(l.discount_amount, 0) + coalesce(l.final_amount, 0)) filter (where w.is_summed), 0)
            as total_amount,
        coalesce(sum(l.discount_amount) filter (where w.is_summed), 0) as discount_amount,
        coalesce(sum(l.final_amount) filter (where w.is_summed), 0) as final_amount
    from unnest(o.lines) l (product_id, sku, quantity, list_value, discount_amount, final_amount)
    left join product_categories p on p.platform = o.platform and p.product_id = l.product_id
    cross join lateral (
        select
            case when $11 is null then p.category_id is null else p.category_id = any ($11) end as is_wanted,
            case when $11 is null then p.category_id is not null else p.category_id = any ($11) end as is_summed
    ) w
) part on $10
where o.order_date >= $1::date
  and o.order_date < $2::date + 1
  and ($3::text[] is null or o.platform = any ($3))
  and (not $4 or o.shop_id is not distinct from $5)
  and ($6::text[] is null or o.status = any ($6))
  and (not $7 or o.region = any ($8) or $9 and o.region is null)
  and (
      not $10
      or part.touches
      or $11 is null and coalesce(cardinality(o.lines), 0) = 0
      or $11 is null and $12
         and (o.total_amount, coalesce(o.discount_amount, 0), o.final_amount)
             <> (part.total_amount, part.discount_amount, part.final_amount)
  )
  and (not $13 or coalesce(o.discount_amount, 0) <> 0)
  and ($14::timestamp is null or (o.order_date, o.platform, o.order_code) < ($14, $15, $16))
order by o.order_date desc, o.platform desc, o.order_code desc
limit $17

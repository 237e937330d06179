-- Every measure, counted from the orders and their lines alone. Written apart from the statistics on purpose.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which (null: the unknown one), $6 region
--             or null ('' is the unknown one), $7 division or null, $8 category with all below it, or null ('' is everything
--             without one).
with recursive below (platform, category_id) as (
    select distinct p.platform, p.category_id from product_categories p where p.category_id = $8
    union
    select c.platform, c.category_id from categories c where c.category_id = $8
    union
    select c.platform, c.category_id from categories c join below b on c.platform = b.platform and c.parent_id = b.category_id
),
chosen as (
    select o.*
    from orders o
    where o.order_date >= $1::date and o.order_date < $2::date + 1
      and ($3::text[] is null or o.platform = any ($3))
      and (not $4::boolean or o.shop_id is not distinct from $5::text)
      and case
          when $6::text is null then true
          else coalesce((
              select n.province from province_names n
              where n.division = $7 and n.folded = fold_place_name(o.region)
          ), '') = $6
      end
),
-- The lines of an order, and what its amounts say beyond them: money without category, and no order more.
lines as (
    select o.id, p.category_id, l.discount_amount, l.final_amount, true as is_counted
    from chosen o
    cross join lateral unnest(o.lines) l
    left join product_categories p on p.platform = o.platform and p.product_id = l.product_id
    union all
    select o.id, null, coalesce(o.discount_amount, 0) - coalesce(s.discount_amount, 0), o.final_amount - coalesce(s.final_amount, 0),
           coalesce(cardinality(o.lines), 0) = 0
    from chosen o
    cross join lateral (
        select sum(l.discount_amount) as discount_amount, sum(l.final_amount) as final_amount from unnest(o.lines) l
    ) s
    where (coalesce(o.discount_amount, 0), o.final_amount) <> (coalesce(s.discount_amount, 0), coalesce(s.final_amount, 0))
       or coalesce(cardinality(o.lines), 0) = 0
),
parts as (
    select o.status, o.total_amount, coalesce(o.discount_amount, 0) as discount_amount, o.final_amount, true as is_counted
    from chosen o
    where $8::text is null
    union all
    select o.status, sum(coalesce(l.discount_amount, 0) + coalesce(l.final_amount, 0)), sum(coalesce(l.discount_amount, 0)),
           sum(coalesce(l.final_amount, 0)), bool_or(l.is_counted)
    from chosen o
    join lines l on l.id = o.id
    where $8::text is not null
      and case
          when $8 = '' then l.category_id is null
          else exists (select from below b where b.platform = o.platform and b.category_id = l.category_id)
      end
    -- An order counts once in each category, so in one with two of them below it counts twice.
    group by o.id, o.status, l.category_id
),
counted as (
    select
        count(*) filter (where is_counted) as total_orders,
        count(*) filter (where is_counted and status = 'completed') as completed_orders,
        count(*) filter (where is_counted and status = 'cancelled') as cancelled_orders,
        count(*) filter (where is_counted and status not in ('completed', 'cancelled')) as pending_orders,
        coalesce(sum(total_amount), 0) as gross_merchandise_value,
        coalesce(sum(discount_amount), 0) as total_discount,
        coalesce(sum(final_amount) filter (where status = 'completed'), 0) as total_revenue
    from parts
)
select
    total_orders || '.00' as total_orders,
    completed_orders || '.00' as completed_orders,
    cancelled_orders || '.00' as cancelled_orders,
    pending_orders || '.00' as pending_orders,
    gross_merchandise_value::numeric(38, 2)::text as gross_merchandise_value,
    total_discount::numeric(38, 2)::text as total_discount,
    total_revenue::numeric(38, 2)::text as total_revenue,
    round(cancelled_orders * 100.0 / nullif(total_orders, 0), 2)::text as cancellation_rate,
    round(total_revenue / nullif(completed_orders, 0), 2)::text as avg_order_value,
    round(pending_orders * 100.0 / nullif(total_orders, 0), 2)::text as pending_share
from counted

-- Orders and GMV of two ranges, each with its last day cut at a time of day: whole days from the statistics, the last ones
-- from the orders, whose statuses do not matter to either.
--
-- Each range is asked about by itself: a join with the ranges would make the views add up every day there is.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one), $6 first and $7 last day of the other range, $8 time of day.
with parts as (
    select 1 as place, s.total_orders, s.gross_merchandise_value
    from daily_order_statistics_live s
    where not $4
      and s.stat_date between $1 and $2 - 1
      and ($3::text[] is null or s.platform = any ($3))
    union all
    select 2, s.total_orders, s.gross_merchandise_value
    from daily_order_statistics_live s
    where not $4
      and s.stat_date between $6 and $7 - 1
      and ($3::text[] is null or s.platform = any ($3))
    union all
    select 1, s.total_orders, s.gross_merchandise_value
    from daily_shop_statistics_live s
    where $4
      and s.shop_id is not distinct from $5
      and s.stat_date between $1 and $2 - 1
      and ($3::text[] is null or s.platform = any ($3))
    union all
    select 2, s.total_orders, s.gross_merchandise_value
    from daily_shop_statistics_live s
    where $4
      and s.shop_id is not distinct from $5
      and s.stat_date between $6 and $7 - 1
      and ($3::text[] is null or s.platform = any ($3))
    union all
    select 1, count(*), sum(o.total_amount)
    from orders o
    where o.order_date >= $2
      and o.order_date < $2 + $8::time
      and ($3::text[] is null or o.platform = any ($3))
      and (not $4 or o.shop_id is not distinct from $5)
    union all
    select 2, count(*), sum(o.total_amount)
    from orders o
    where o.order_date >= $7
      and o.order_date < $7 + $8::time
      and ($3::text[] is null or o.platform = any ($3))
      and (not $4 or o.shop_id is not distinct from $5)
)
select
    ranges.place,
    coalesce(sum(p.total_orders), 0)::bigint as total_orders,
    coalesce(sum(p.gross_merchandise_value), 0) as gross_merchandise_value
from (values (1), (2)) ranges (place)
left join parts p on p.place = ranges.place
group by ranges.place
order by ranges.place

-- Orders and GMV of two ranges, each with its last day cut at a time of day: whole days from the statistics, the last ones
-- from the orders, whose statuses do not matter to either.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one), $6 first and $7 last day of the other range, $8 time of day.
with ranges (place, from_day, to_day) as (
    values (1, $1, $2), (2, $6, $7)
),
parts as (
    select r.place, s.total_orders, s.gross_merchandise_value
    from ranges r
    join daily_order_statistics_live s on s.stat_date between r.from_day and r.to_day - 1
    where not $4
      and ($3::text[] is null or s.platform = any ($3))
    union all
    select r.place, s.total_orders, s.gross_merchandise_value
    from ranges r
    join daily_shop_statistics_live s on s.stat_date between r.from_day and r.to_day - 1
    where $4
      and s.shop_id is not distinct from $5
      and ($3::text[] is null or s.platform = any ($3))
    union all
    select r.place, count(*), sum(o.total_amount)
    from ranges r
    join orders o on o.order_date >= r.to_day and o.order_date < r.to_day + $8::time
    where ($3::text[] is null or o.platform = any ($3))
      and (not $4 or o.shop_id is not distinct from $5)
    group by r.place
)
select
    r.place,
    coalesce(sum(p.total_orders), 0)::bigint as total_orders,
    coalesce(sum(p.gross_merchandise_value), 0) as gross_merchandise_value
from ranges r
left join parts p on p.place = r.place
group by r.place
order by r.place

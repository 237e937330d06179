-- The first half of a comparison of buckets: those of some days that are drawn by lot as kept (stored and journal together), and
-- recounted by the definition in SQL. Whatever the program's own way of counting might miss, it does not miss for ever.
-- compare_buckets.sql is the second.
--
-- Parameters: $1 date[], the days with orders; $2 bigint[], how many each has; $3 most days to draw; $4 most orders that the days
--             drawn may have together, unless it is one day.
with drawn as materialized (
    select d.day
    from (
        select t.day, row_number() over in_turn as place, sum(t.orders) over in_turn as orders_so_far
        from (select u.day, u.orders, random() as ticket from unnest($1::date[], $2::bigint[]) u (day, orders)) t
        window in_turn as (order by t.ticket)
    ) d
    where d.place = 1
       or d.place <= $3
      and d.orders_so_far <= $4
),
stored as (
    select s.* from drawn d join daily_grain_statistics_live s on s.stat_date = d.day
),
recounted as (
    select e.* from drawn d cross join lateral order_buckets_of_day(d.day) e
),

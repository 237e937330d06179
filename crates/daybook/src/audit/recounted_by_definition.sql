-- The first half of a comparison of buckets: those of some days that are drawn by lot as kept (stored and journal together), and
-- recounted by the definition in SQL. Whatever the program's own way of counting might miss, it does not miss for ever.
-- compare_buckets.sql is the second.
--
-- Parameters: $1 date[], the days with orders; $2 how many to draw.
with drawn as materialized (
    select d.day from unnest($1::date[]) d (day) order by random() limit $2
),
stored as (
    select s.* from drawn d join daily_grain_statistics_live s on s.stat_date = d.day
),
recounted as (
    select e.* from drawn d cross join lateral order_buckets_of_day(d.day) e
),

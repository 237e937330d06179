-- The first half of a comparison of buckets: those of some days as kept (stored and journal together), and as the program has
-- recounted them. compare_buckets.sql is the second.
--
-- Parameters: $1 to $9 the recount, as told_buckets() takes it; $10 first day, $11 last day.
with stored as (
    select * from daily_grain_statistics_live where stat_date between $10 and $11
),
recounted as (
    select * from told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9)
),

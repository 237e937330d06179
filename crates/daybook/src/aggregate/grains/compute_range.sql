-- The figures of the finer grains that a range of days should have, from the one definition, in one pass over orders.
-- CREATE TABLE AS, because INSERT ... SELECT never reads in parallel.
--
-- Parameters: $1 first day, $2 last day; '-infinity' and 'infinity' leave an end open.
create temp table rebuilt_buckets on commit drop as
select * from expected_daily_grain_statistics($1::date, $2::date)

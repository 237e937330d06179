-- The figures that a range of days should have, from the one definition, in one pass over orders. When finer grains are kept,
-- none yet: the program reads all orders for these, and counts the days on the way; see add_told_days.sql.
-- CREATE TABLE AS, because INSERT ... SELECT never reads in parallel.
--
-- Parameters: $1 first day, $2 last day; '-infinity' and 'infinity' leave an end open.
create temp table rebuilt_statistics on commit drop as
select *
from expected_daily_order_statistics($1::date, $2::date)
where cardinality(enabled_grains()) = 0

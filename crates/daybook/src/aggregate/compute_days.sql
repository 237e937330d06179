-- The figures that some days should have, from the one definition; each day is one index range. When finer grains are kept,
-- none yet; see compute_range.sql.
--
-- Parameters: $1 date[], the days.
create temp table rebuilt_statistics on commit drop as
select expected.*
from unnest($1::date[]) as scope (day)
cross join lateral expected_daily_order_statistics(scope.day, scope.day) expected
where cardinality(enabled_grains()) = 0

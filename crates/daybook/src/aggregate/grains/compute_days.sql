-- The figures of the finer grains that some days should have, from the one definition; each day is one index range.
--
-- Parameters: $1 date[], the days.
create temp table rebuilt_buckets on commit drop as
select expected.*
from unnest($1::date[]) as scope (day)
cross join lateral expected_daily_grain_statistics(scope.day, scope.day) expected

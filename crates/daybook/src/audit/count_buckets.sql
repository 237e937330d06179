-- How many rows of each finer grain a validation has looked at.
--
-- Parameters: $1 first day, $2 last day.
select grain, count(*) as stored_rows
from daily_grain_statistics
where stat_date between $1 and $2
group by grain
order by grain

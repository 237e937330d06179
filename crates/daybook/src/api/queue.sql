-- Business days that wait to be computed, oldest first. Parameters: $1 most days.
select m.stat_date, min(m.marked_at) as marked_at, count(*) as marks
from stats_rebuild_marks m
where m.needs_rebuild
group by m.stat_date
order by m.stat_date
limit $1

-- Business days that wait to be computed again, oldest first.
select stat_date
from stats_rebuild_marks
where needs_rebuild
group by stat_date
order by stat_date

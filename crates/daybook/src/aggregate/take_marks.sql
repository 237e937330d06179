-- Takes the marks of the days about to be computed, in the snapshot that computes them: what a mark that is taken stands
-- for is in the figures, and one that lands later stays.
--
-- Parameters: $1 first day, $2 last day, $3 date[] of the days within, or null for all.
-- Returns: the days that had marks.
with taken as (
    delete from stats_rebuild_marks m
    where m.needs_rebuild
      and m.stat_date between $1 and $2
      and ($3::date[] is null or m.stat_date = any ($3))
    returning m.stat_date
)
select distinct stat_date from taken order by stat_date

-- Marks days by hand, as repair does for what validate found.
--
-- Parameters: $1 date[], the days.
insert into stats_rebuild_marks (stat_date)
select distinct day from unnest($1::date[]) day

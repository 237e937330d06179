-- Final are the days that have ended in the business zone and have nothing waiting. A day is closed only when the clock
-- of the program and that of the database agree that it has ended; one that was closed although both say it has not is
-- open again.
--
-- Parameters: $1 today in the business zone by the program's clock, $2 now as civil time in the business zone,
--             $3 business zone.
-- Returns: how many rows changed.
with clocks as (
    select
        least($1::date, (now() at time zone $3)::date) as ended_before,
        greatest($1::date, (now() at time zone $3)::date) as open_from
),
changed as (
    update daily_order_statistics s
    set is_final = not coalesce(s.is_final, false), updated_at = $2
    from clocks c
    where s.is_final is not true
      and s.stat_date < c.ended_before
      and not exists (select from stats_rebuild_marks m where m.stat_date = s.stat_date and m.needs_rebuild)
      and not exists (select from stats_journal j where j.stat_date = s.stat_date)
      and not exists (select from grain_journal j where j.stat_date = s.stat_date)
       or s.is_final
      and s.stat_date >= c.open_from
    returning 1
)
select count(*) as changed from changed

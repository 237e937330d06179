-- Final are the days that have ended in the business zone and have nothing waiting; a day declared final by a clock
-- that was ahead becomes open again.
--
-- Parameters: $1 today in the business zone, $2 now as civil time in the business zone.
-- Returns: how many rows changed.
with closed as (
    update daily_order_statistics s
    set is_final = (s.stat_date < $1), updated_at = $2
    where s.is_final is distinct from (s.stat_date < $1)
      and not exists (
          select from stats_rebuild_marks m where m.stat_date = s.stat_date and m.needs_rebuild
      )
    returning 1
)
select count(*) as closed from closed

-- What waits: days in the queue, entries in the journal, ended days that are not final.
--
-- Counted up to a million, because a count must stay quick when it matters most. The oldest entry is the one of the oldest
-- transaction, which the index finds.
--
-- Parameters: $1 today in the business zone.
select
    (select count(*) from stats_rebuild_queue where needs_rebuild) as queue_days,
    (select count(*) from (select from stats_journal limit 1000000) j)
        + (select count(*) from (select from grain_journal limit 1000000) g) as journal_entries,
    (select made_at from stats_journal order by made_in limit 1) as journal_oldest,
    (
        select min(day)
        from (
            select s.stat_date as day from daily_order_statistics s where s.stat_date < $1 and not s.is_final
            union all
            select m.stat_date from stats_rebuild_marks m where m.stat_date < $1 and m.needs_rebuild
            union all
            select yesterday.day
            from (values ($1::date - 1)) yesterday (day)
            where exists (select from stats_journal j where j.stat_date = yesterday.day)
              and not exists (select from daily_order_statistics s where s.stat_date = yesterday.day and s.is_final)
        ) open_days
    ) as oldest_open_day,
    (
        exists (select from daily_order_statistics s where s.stat_date = $1::date - 1 and not s.is_final)
        or exists (select from stats_rebuild_marks m where m.stat_date = $1::date - 1 and m.needs_rebuild)
        or exists (select from stats_journal j where j.stat_date = $1::date - 1)
    ) as yesterday_open

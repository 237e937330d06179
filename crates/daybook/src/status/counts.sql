-- What waits: days in the queue, entries in the journal, documents in quarantine, and the oldest ended day that is not final although orders
-- are there.
--
-- Parameters: $1 today in the business zone.
select
    (select count(*) from stats_rebuild_queue where needs_rebuild) as queue_days,
    (select min(marked_at) from stats_rebuild_marks where needs_rebuild) as queue_oldest,
    (select count(*) from stats_journal) + (select count(*) from grain_journal) as journal_entries,
    (select min(made_at) from stats_journal) as journal_oldest,
    (select statistics_mode from business_settings) as statistics_mode,
    (select count(*) from order_quarantine) as quarantined,
    (
        select min(day)
        from (
            select s.stat_date as day from daily_order_statistics s where s.stat_date < $1 and not s.is_final
            union all
            select m.stat_date from stats_rebuild_marks m where m.stat_date < $1 and m.needs_rebuild
        ) open_days
    ) as oldest_open_day

-- What waits: days in the queue, entries in the journal, documents in quarantine.
select
    (select count(*) from stats_rebuild_queue where needs_rebuild) as queue_days,
    (select min(marked_at) from stats_rebuild_marks where needs_rebuild) as queue_oldest,
    (select count(*) from stats_journal) + (select count(*) from grain_journal) as journal_entries,
    (select min(made_at) from stats_journal) as journal_oldest,
    (select statistics_mode from business_settings) as statistics_mode,
    (select count(*) from order_quarantine) as quarantined

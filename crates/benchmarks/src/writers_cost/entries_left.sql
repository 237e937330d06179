-- Entries of the journals that are not folded yet.
select (select count(*) from stats_journal) + (select count(*) from grain_journal)

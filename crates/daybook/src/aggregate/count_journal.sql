-- How many entries wait to be folded, those of the finer grains included.
select (select count(*) from stats_journal) + (select count(*) from grain_journal) as entries

-- How many entries wait to be folded, and since when.
select count(*) as entries, min(made_at) as oldest from stats_journal

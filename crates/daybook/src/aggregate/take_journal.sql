-- Takes the journal entries of the days about to be computed, in the snapshot that computes them: what they stand for is
-- in the figures, and entries that land later stay and are folded later.
--
-- Parameters: $1 first day, $2 last day, $3 date[] of the days within, or null for all.
delete from stats_journal j
where j.stat_date between $1 and $2
  and ($3::date[] is null or j.stat_date = any ($3))

-- Takes the entries of the days about to be computed; see ../take_journal.sql.
--
-- Parameters: $1 first day, $2 last day, $3 date[] of the days within, or null for all.
delete from grain_journal j
where j.stat_date between $1 and $2
  and ($3::date[] is null or j.stat_date = any ($3))

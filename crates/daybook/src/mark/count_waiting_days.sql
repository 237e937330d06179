-- How many business days have stored figures that are behind: marked, or with entries in the journal.
select count(distinct waiting.stat_date)
from (
    select m.stat_date from stats_rebuild_marks m where m.needs_rebuild
    union all
    select j.stat_date from stats_journal j
) waiting

-- Moves a bounded number of entries of grain_journal into daily_grain_statistics, as fold_journal.sql does for the days.
--
-- Parameters: $1 floor, a transaction id as text: all entries of older transactions are gone; $2 most entries to take,
--             $3 now as civil time in the business zone.
-- Returns: entries taken, rows written, and days with buckets that may have become empty.
select f.entries, f.rows_changed, f.days_with_empty_buckets
from fold_grain_journal($1::text::xid8, $2, $3) f

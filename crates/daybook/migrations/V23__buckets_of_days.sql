-- The buckets of some days, whatever their grain: what a rebuild and a validation compare, and where a fold looks for those
-- that have become empty. Behind the key's first column, the grain, they could only be found by reading all of them.
create index idx_grain_stats_date on daily_grain_statistics (stat_date)

-- All days but today, as a policy would have done it; what came since is the real-time part. Cannot run in a transaction.
call refresh_continuous_aggregate('kept_statistics', null, date_trunc('day', localtimestamp))

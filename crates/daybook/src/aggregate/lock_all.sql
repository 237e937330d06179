-- Waits for every rebuild of single days to end and keeps new ones out until the transaction ends.
-- A statement of its own, for the reason given in lock_days.sql. Writers of orders are not affected.
select pg_advisory_xact_lock(hashtext('daybook:statistics:' || current_schema()), 0)

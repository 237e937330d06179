-- Keeps two migrating programs apart; ends with the transaction.
select pg_advisory_xact_lock(hashtext('daybook:migrate'), 0)

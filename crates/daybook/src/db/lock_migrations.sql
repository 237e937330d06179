-- Keeps two migrating programs apart; ends with the transaction.
--
-- Returns: whether the server takes no writes, as a standby does.
select current_setting('transaction_read_only')::boolean
from (select pg_advisory_xact_lock(hashtext('daybook:migrate'), 0)) locked

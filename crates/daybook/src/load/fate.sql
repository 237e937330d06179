-- What became of a transaction whose last answer was lost.
--
-- A server that was promoted since may have given the number to another transaction: it only counts as committed if the
-- stream stands where it would have left it.
--
-- Parameters: $1 the transaction's number, as text.
-- Returns: committed, aborted, in progress, or null when it is too long ago to tell.
select pg_xact_status($1::text::xid8)

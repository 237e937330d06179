-- Takes out of quarantine what a whole pass over a dump file has not met again: the file has changed.
--
-- Parameters: $1 stream, $2 start of the pass.
delete from order_quarantine where stream = $1 and last_seen_at < $2

-- How far a stream has been loaded. Parameters: $1 stream.
select position, revision, run_id from sync_state where stream = $1

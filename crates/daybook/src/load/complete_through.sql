-- Up to which instant a stream has been loaded. Parameters: $1 stream.
select complete_through from sync_state where stream = $1

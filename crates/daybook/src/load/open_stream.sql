-- Makes sure a stream has its row, so that moving it is always an update. Parameters: $1 stream, $2 platform or null.
insert into sync_state (stream, platform) values ($1, $2) on conflict (stream) do nothing

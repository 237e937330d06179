-- How far every source stream has been loaded.
select stream, platform, complete_through, newest_ingested_at from sync_state order by platform, stream

-- How far every source stream has been loaded. The most recently moved come first, and there is a limit: a folder of dumps
-- can hold any number of files.
select stream, platform, position, complete_through, newest_ingested_at, updated_at
from sync_state
order by updated_at desc, stream
limit 100

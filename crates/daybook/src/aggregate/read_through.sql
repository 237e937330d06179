-- Up to which instant all streams that are being read have been loaded; NULL when none is, or one has not come so far.
-- Parameters: $1 streams that moved last before this are not being read.
select case when bool_and(complete_through is not null) then min(complete_through) end
from sync_state
where updated_at >= $1

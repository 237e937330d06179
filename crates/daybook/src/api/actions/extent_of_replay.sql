-- How many entries of the quarantine a replay would read. Parameters: $1 entry or null, $2 reason or null.
select 0::bigint, count(*)
from order_quarantine
where ($1::bigint is null or id = $1) and ($2::text is null or reason = $2)

-- The condition was gone before anybody was told. Parameters: $1 key, $2 began at.
delete from alerts where condition_key = $1 and began_at = $2

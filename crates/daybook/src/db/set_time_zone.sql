-- Sets the time zone of the database, or, when we do not own it, of our role in it. Sessions that are open keep theirs.
--
-- Parameters: $1 time zone.
select set_database_time_zone($1)

-- Removes runs that ended long ago, with their reports. Parameters: $1 runs that ended before this.
delete from job_runs where finished_at < $1

-- Deletes actions from before $1.
delete from action_log where happened_at < $1

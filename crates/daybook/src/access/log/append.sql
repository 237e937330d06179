-- Appends an entry to the log of actions. $1 kind of actor, $2 actor, $3 role, $4 action, $5 target, $6 outcome, $7 address,
-- $8 request. The time is the database's, which all processes share.
insert into action_log (actor_kind, actor, role, action, target, outcome, address, request_id)
values ($1, $2, $3::text::access_role, $4, left($5, 300), $6, $7, $8)

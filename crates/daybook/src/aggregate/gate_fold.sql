-- Keeps rebuilds out while figures are added to or closed; side by side with others of its kind.
-- A statement of its own: the ones after it see what was committed while this one waited.
lock table stats_gate in row exclusive mode;
-- The journal looks tiny to the planner, whatever dead entries it holds; only its index can start behind those.
set local enable_seqscan = off;
-- A batch's lines are sorted in memory.
set local work_mem = '32MB'

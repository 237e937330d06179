-- Waits for every writer, fold and rebuild to end and keeps new ones out, while the mode is switched.
-- A statement of its own: the ones after it see everything that was committed before, and nothing comes in between.
lock table orders in share row exclusive mode;
lock table stats_gate in share row exclusive mode

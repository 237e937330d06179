-- Keeps folds and all other rebuilds out while a range is computed. See gate_rebuild_days.sql.
lock table orders in access share mode;
lock table stats_gate in share row exclusive mode

-- Keeps folds out while days are computed; side by side with rebuilds of other days. Two of the same day would both take
-- its marks, and the second one is made to start over.
--
-- In a repeatable-read transaction this must come first: LOCK TABLE waits without taking the snapshot. orders is locked
-- before the gate, as TRUNCATE does, so that neither waits for the other crosswise.
lock table orders in access share mode;
lock table stats_gate in share mode

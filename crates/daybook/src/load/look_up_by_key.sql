-- A batch looks its orders up by their key, whatever the planner knows of them: while a table is filled for the first time it
-- has no statistics, and hashing all of orders for every batch would make the whole load quadratic.
set local enable_hashjoin = off;
set local enable_mergejoin = off

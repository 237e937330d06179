-- Orders and GMV of two ranges, each with its last day cut at a time of day. See figures_until_a_time() in migrations/V19.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one), $6 first and $7 last day of the other range, $8 time of day.
select f.place, f.total_orders, f.gross_merchandise_value
from figures_until_a_time($1, $2, $3, $4, $5, $6, $7, $8) f
order by f.place

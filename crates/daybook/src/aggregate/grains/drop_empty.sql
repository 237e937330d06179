-- Takes rows away that hold nothing but zeros; see ../drop_empty.sql. Parameters: $1 date[], the days to look at.
-- Returns: how many rows went.
with emptied as (
    delete from daily_grain_statistics s
    where s.stat_date = any ($1)
      and (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
           s.gross_merchandise_value, s.total_revenue, s.total_discount) = (0, 0, 0, 0, 0, 0, 0)
    returning 1
)
select count(*) from emptied

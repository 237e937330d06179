-- Takes rows away that hold nothing but zeros: a recount has no row for a day without orders. A row that holds anything
-- stays, because what would make it zero may still be in the journal.
--
-- Parameters: $1 date[], the days to look at.
-- Returns: how many rows went.
with emptied as (
    delete from daily_order_statistics s
    where s.stat_date = any ($1)
      and (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
           s.gross_merchandise_value, s.total_revenue, s.total_discount) = (0, 0, 0, 0, 0, 0, 0)
    returning 1
)
select count(*) from emptied

-- What changed of a day since it was closed, newest first.
--
-- Parameters: $1 day, $2 platforms or null, $3 most changes.
select
    a.changed_at, a.platform, a.cause, a.by_hand,
    array(
        select r.id from job_runs r where r.id = any (a.run_ids) order by r.id
    ) as run_ids,
    array(
        select r.command from job_runs r where r.id = any (a.run_ids) order by r.id
    ) as commands,
    b.total_orders as total_orders_before, b.completed_orders as completed_orders_before,
    b.cancelled_orders as cancelled_orders_before, b.pending_orders as pending_orders_before,
    b.gross_merchandise_value as gross_merchandise_value_before, b.total_discount as total_discount_before,
    b.total_revenue as total_revenue_before,
    f.total_orders as total_orders_after, f.completed_orders as completed_orders_after,
    f.cancelled_orders as cancelled_orders_after, f.pending_orders as pending_orders_after,
    f.gross_merchandise_value as gross_merchandise_value_after, f.total_discount as total_discount_after,
    f.total_revenue as total_revenue_after
from stats_audit a
cross join lateral jsonb_to_record(a.before) b (
    total_orders bigint, completed_orders bigint, cancelled_orders bigint, pending_orders bigint,
    gross_merchandise_value numeric, total_discount numeric, total_revenue numeric
)
cross join lateral jsonb_to_record(a.after) f (
    total_orders bigint, completed_orders bigint, cancelled_orders bigint, pending_orders bigint,
    gross_merchandise_value numeric, total_discount numeric, total_revenue numeric
)
where a.stat_date = $1
  and ($2::text[] is null or a.platform = any ($2))
order by a.changed_at desc, a.id desc
limit $3

-- Every figure of every bucket of the finer grains of some days, as kept (stored and journal together) beside a recount, where
-- the two differ; see compare_statistics.sql.
--
-- Parameters: $1 to $9 the recount, as told_buckets() takes it; $10 first day, $11 last day.
-- Returns: one row per differing figure; amounts as text, so that no digit is lost on the way.
with stored as (
    select * from daily_grain_statistics_live where stat_date between $10 and $11
),
recounted as (
    select * from told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9)
),
waiting as (
    select distinct m.stat_date from stats_rebuild_marks m where m.needs_rebuild
)
select
    stat_date,
    platform,
    grain,
    key,
    figure.name as figure,
    figure.stored::text as stored,
    figure.recounted::text as recounted,
    (coalesce(figure.stored, 0) - coalesce(figure.recounted, 0))::text as difference,
    w.stat_date is not null as queued
from stored s
full join recounted r using (grain, stat_date, platform, key)
left join waiting w using (stat_date)
cross join lateral (values
    (1, 'total_orders', s.total_orders::numeric, r.total_orders::numeric),
    (2, 'completed_orders', s.completed_orders, r.completed_orders),
    (3, 'cancelled_orders', s.cancelled_orders, r.cancelled_orders),
    (4, 'pending_orders', s.pending_orders, r.pending_orders),
    (5, 'gross_merchandise_value', s.gross_merchandise_value, r.gross_merchandise_value),
    (6, 'total_revenue', s.total_revenue, r.total_revenue),
    (7, 'total_discount', s.total_discount, r.total_discount)
) figure (position, name, stored, recounted)
where figure.stored is distinct from figure.recounted
order by stat_date, grain, platform, key, figure.position

-- The second half of a comparison: every figure of every bucket of the finer grains as kept beside recounted, where the two
-- differ; see compare_statistics.sql. Goes on behind two parts, stored and recounted.
--
-- Returns: one row per differing figure; amounts as text, so that no digit is lost on the way.
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

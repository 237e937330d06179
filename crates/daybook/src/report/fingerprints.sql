-- A fingerprint of the figures of each business day since a day, and of all before it together (day NULL): the same figures
-- give the same one, wherever they are kept.
--
-- Parameters: $1 first day that is told apart.
select
    case when s.stat_date >= $1 then s.stat_date end as day,
    md5(string_agg(
        concat_ws(
            ' ', s.stat_date, s.platform, s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
            s.gross_merchandise_value, s.total_revenue, s.total_discount, s.is_final
        ),
        ',' order by s.stat_date, s.platform
    )) as fingerprint
from daily_order_statistics_live s
group by 1

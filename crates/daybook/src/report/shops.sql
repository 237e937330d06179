-- Figures of a range per platform and seller account; NULL where the account is not known.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 whether of one shop only, $5 which shop (null: the
--             unknown one).
    select
        s.platform,
        s.shop_id,
        sum(s.total_orders)::bigint as total_orders,
        sum(s.completed_orders)::bigint as completed_orders,
        sum(s.cancelled_orders)::bigint as cancelled_orders,
        sum(s.pending_orders)::bigint as pending_orders,
        sum(s.gross_merchandise_value) as gross_merchandise_value,
        sum(s.total_discount) as total_discount,
        sum(s.total_revenue) as total_revenue,
        bool_and(s.is_final) as is_final
    from daily_shop_statistics_live s
    where s.stat_date between $1 and $2
      and ($3::text[] is null or s.platform = any ($3))
      and (not $4 or s.shop_id is not distinct from $5)
    group by s.platform, s.shop_id

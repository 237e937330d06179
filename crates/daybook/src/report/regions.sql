-- Figures of a range per province of a division, or per region as the marketplaces spell it.
--
-- Regions are added up before their provinces are looked up: folding a name costs more than adding it.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 and $5 not used, $6 division, or null for the
--             marketplaces' words.
    select
        case when $6::text is null then s.region else n.province end as region,
        sum(s.total_orders)::bigint as total_orders,
        sum(s.completed_orders)::bigint as completed_orders,
        sum(s.cancelled_orders)::bigint as cancelled_orders,
        sum(s.pending_orders)::bigint as pending_orders,
        sum(s.gross_merchandise_value) as gross_merchandise_value,
        sum(s.total_discount) as total_discount,
        sum(s.total_revenue) as total_revenue,
        bool_and(s.is_final) as is_final
    from (
        select
            l.region,
            sum(l.total_orders) as total_orders,
            sum(l.completed_orders) as completed_orders,
            sum(l.cancelled_orders) as cancelled_orders,
            sum(l.pending_orders) as pending_orders,
            sum(l.gross_merchandise_value) as gross_merchandise_value,
            sum(l.total_discount) as total_discount,
            sum(l.total_revenue) as total_revenue,
            bool_and(l.is_final) as is_final
        from daily_region_statistics_live l
        where l.stat_date between $1 and $2
          and ($3::text[] is null or l.platform = any ($3))
          and not $4 and $5::text is null
        group by l.region
    ) s
    left join province_names n on n.division = $6 and n.folded = fold_place_name(s.region)
    group by 1

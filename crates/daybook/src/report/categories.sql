-- Figures of a range per platform and category. In a tree, a category has what its children have as well, and only the
-- children of one category, or those at the top, are given.
--
-- Paths are looked up for the categories that have orders alone. A category nobody has named is at the top.
--
-- Parameters: $1 first day, $2 last day, $3 platforms or null, $4 and $5 not used, $6 whether as a tree, $7 the category
--             above, or null for the top; only in a tree.
    with direct as (
        select
            s.platform,
            s.category_id,
            sum(s.total_orders) as total_orders,
            sum(s.completed_orders) as completed_orders,
            sum(s.cancelled_orders) as cancelled_orders,
            sum(s.pending_orders) as pending_orders,
            sum(s.gross_merchandise_value) as gross_merchandise_value,
            sum(s.total_discount) as total_discount,
            sum(s.total_revenue) as total_revenue,
            bool_and(s.is_final) as is_final
        from daily_category_statistics_live s
        where s.stat_date between $1 and $2
          and ($3::text[] is null or s.platform = any ($3))
          and not $4 and $5::text is null
        group by s.platform, s.category_id
    ),
    placed as (
        select d.*, coalesce(p.path, array[d.category_id]) as path
        from direct d
        left join category_paths p on p.platform = d.platform and p.category_id = d.category_id
    ),
    shown as (
        select
            p.platform,
            a.category_id,
            a.level::integer as level,
            p.path[:a.level] as path,
            case when a.level > 1 then p.path[a.level - 1] end as parent_id,
            bool_or(a.level < cardinality(p.path)) as has_children,
            sum(p.total_orders)::bigint as total_orders,
            sum(p.completed_orders)::bigint as completed_orders,
            sum(p.cancelled_orders)::bigint as cancelled_orders,
            sum(p.pending_orders)::bigint as pending_orders,
            sum(p.gross_merchandise_value) as gross_merchandise_value,
            sum(p.total_discount) as total_discount,
            sum(p.total_revenue) as total_revenue,
            bool_and(p.is_final) as is_final
        from placed p
        cross join lateral unnest(p.path) with ordinality a (category_id, level)
        where case
            when $6 then case when a.level > 1 then p.path[a.level - 1] end is not distinct from $7::text
            else a.level = cardinality(p.path)
        end
        group by p.platform, a.category_id, a.level, p.path[:a.level], case when a.level > 1 then p.path[a.level - 1] end
    )
    select
        s.*,
        c.name as category_name,
        array(
            select coalesce(n.name, u.category_id)
            from unnest(s.path) with ordinality u (category_id, level)
            left join categories n on n.platform = s.platform and n.category_id = u.category_id
            where u.category_id is not null
            order by u.level
        ) as path_names
    from shown s
    left join categories c on c.platform = s.platform and c.category_id = s.category_id

-- figures_of_periods() as before (V19), but days that no journal entry waits for are taken from the table as they stand. The live
-- view would group them again, day by day, which took most of the time of a question about three years.
create or replace function figures_of_periods(
    from_day date,
    to_day date,
    platforms text[],
    is_of_shop boolean,
    shop text,
    unit text,
    is_per_platform boolean,
    today date
)
returns table (
    period_start date,
    period_end date,
    platform text,
    days_covered integer,
    days_elapsed integer,
    days_in_period integer,
    total_orders bigint,
    completed_orders bigint,
    cancelled_orders bigint,
    pending_orders bigint,
    gross_merchandise_value numeric,
    total_discount numeric,
    total_revenue numeric,
    is_final boolean,
    is_changed boolean
)
language plpgsql stable
-- The first five calls would be planned for their arguments otherwise.
set plan_cache_mode = force_generic_plan
as $function$
#variable_conflict use_column
begin
    return query
    with recursive touched as (
        select distinct j.stat_date
        from stats_journal j
        where not $4 and j.stat_date between $1 and $2
    ),
    found as (
        select
            s.stat_date, s.platform, s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
            s.gross_merchandise_value, s.total_revenue, s.total_discount, s.is_final
        from daily_order_statistics s
        where not $4
          and s.stat_date between $1 and $2
          and ($3::text[] is null or s.platform = any ($3))
          and not exists (select from touched t where t.stat_date = s.stat_date)
          and (
              s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
              s.gross_merchandise_value, s.total_revenue, s.total_discount
          ) <> (0, 0, 0, 0, 0, 0, 0)
        union all
        select
            s.stat_date, s.platform, s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
            s.gross_merchandise_value, s.total_revenue, s.total_discount, s.is_final
        from daily_order_statistics_live s
        where not $4
          and s.stat_date = any (array(select t.stat_date from touched t))
          and ($3::text[] is null or s.platform = any ($3))
        union all
        select
            s.stat_date, s.platform, s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
            s.gross_merchandise_value, s.total_revenue, s.total_discount, s.is_final
        from daily_shop_statistics_live s
        where $4
          and s.shop_id is not distinct from $5
          and s.stat_date between $1 and $2
          and ($3::text[] is null or s.platform = any ($3))
    ),
    -- From each platform straight to the next, by the index.
    with_figures (platform) as (
        select min(s.platform) from daily_order_statistics s
        union all
        select (select min(s.platform) from daily_order_statistics s where s.platform > w.platform)
        from with_figures w
        where w.platform is not null
    ),
    known as (
        select unnest($3::text[]) as platform
        where $3 is not null
        union
        select f.platform from found f
        union
        select w.platform from with_figures w
        where w.platform is not null and not $4 and $3 is null
        union
        select s.platform from sync_state s
        where s.platform is not null and not $4 and $3 is null
        union
        select s.platform from daily_grain_statistics s
        where s.grain = 'shop' and s.key = array[$5] and $4 and $3 is null
    ),
    days as (
        select
            d.day::date as day,
            case $6
                when 'week' then date_trunc('week', d.day)::date
                when 'month' then date_trunc('month', d.day)::date
                when 'range' then $1
                else d.day::date
            end as period_start
        from generate_series($1::timestamp, $2::timestamp, interval '1 day') d (day)
    ),
    -- A day of a platform without orders is closed when it is over and nothing waits for it.
    marked as (
        select distinct m.stat_date
        from stats_rebuild_marks m
        where m.needs_rebuild and m.stat_date between $1 and $2
    ),
    changed as (
        select distinct a.stat_date, a.platform
        from stats_audit a
        where a.stat_date between $1 and $2
    )
    select
        d.period_start,
        max(d.day) as period_end,
        (case when $7 then k.platform end)::text as platform,
        -- Per platform each day is there once.
        case
            when $7 then count(*) filter (where f.total_orders > 0)
            else count(distinct d.day) filter (where f.total_orders > 0)
        end::integer as days_covered,
        greatest(least(max(d.day), $8) - min(d.day) + 1, 0) as days_elapsed,
        max(d.day) - min(d.day) + 1 as days_in_period,
        coalesce(sum(f.total_orders), 0)::bigint as total_orders,
        coalesce(sum(f.completed_orders), 0)::bigint as completed_orders,
        coalesce(sum(f.cancelled_orders), 0)::bigint as cancelled_orders,
        coalesce(sum(f.pending_orders), 0)::bigint as pending_orders,
        coalesce(sum(f.gross_merchandise_value), 0) as gross_merchandise_value,
        coalesce(sum(f.total_discount), 0) as total_discount,
        coalesce(sum(f.total_revenue), 0) as total_revenue,
        bool_and(coalesce(f.is_final, d.day < $8 and m.stat_date is null)) and max(d.day) < $8 as is_final,
        bool_or(c.stat_date is not null) as is_changed
    from days d
    cross join known k
    left join found f on f.stat_date = d.day and f.platform = k.platform
    left join marked m on m.stat_date = d.day
    left join changed c on c.stat_date = d.day and c.platform = k.platform
    group by d.period_start, case when $7 then k.platform end;
end
$function$;

-- The figures of days that an extension keeps. TimescaleDB 2.22.1 leaves out days that are not materialised where they are compared
-- with dates, not with timestamps.
--
-- Parameters: $1 first day, $2 last day.
select
    date_trunc('month', stat_date)::date, platform, sum(orders)::bigint,
    coalesce(sum(orders) filter (where status = 'completed'), 0)::bigint,
    coalesce(sum(orders) filter (where status = 'cancelled'), 0)::bigint,
    coalesce(sum(orders) filter (where status = 'pending'), 0)::bigint,
    sum(total_amount), sum(discount_amount), sum(final_amount) filter (where status = 'completed')
from kept_statistics
where stat_date between $1::date::timestamp and $2::date::timestamp
group by 1, 2
order by 1, 2

-- Compared with dates, days that are not materialised are missing from the answer (TimescaleDB 2.22.1).
--
-- Parameters: $1 first day, $2 last day.
select
    date_trunc('month', day)::date, platform, sum(orders)::bigint,
    coalesce(sum(orders) filter (where status = 'completed'), 0)::bigint,
    coalesce(sum(orders) filter (where status = 'cancelled'), 0)::bigint,
    coalesce(sum(orders) filter (where status = 'pending'), 0)::bigint,
    sum(total_amount), sum(discount_amount), sum(final_amount) filter (where status = 'completed')
from timescale_statistics
where day between $1::date::timestamp and $2::date::timestamp
group by 1, 2
order by 1, 2

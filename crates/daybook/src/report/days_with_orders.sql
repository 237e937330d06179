-- First and last business day that has orders, changes that are not folded yet included. Ends of an index, no scan.
--
-- Parameters: $1 platforms or null.
select
    least(
        (select min(s.stat_date) from daily_order_statistics s
         where s.total_orders > 0 and ($1::text[] is null or s.platform = any ($1))),
        (select min(j.stat_date) from stats_journal j
         where j.total_orders > 0 and ($1::text[] is null or j.platform = any ($1)))
    ) as first_day,
    greatest(
        (select max(s.stat_date) from daily_order_statistics s
         where s.total_orders > 0 and ($1::text[] is null or s.platform = any ($1))),
        (select max(j.stat_date) from stats_journal j
         where j.total_orders > 0 and ($1::text[] is null or j.platform = any ($1)))
    ) as last_day

-- How long each marketplace is usually silent, by the hour in which the silence begins, learnt from the last four weeks.
--
-- A sign of life is the time at which the collector stored an order's newest version, or, where documents do not say, the
-- marketplace's own update time. Of each day, the longest gap that begins within an hour of an hour counts; the usual gap is
-- what nine days in ten stay within. So nights are quiet without being silent, and one bad day does not become usual.
--
-- Parameters: $1 now, $2 business zone.
-- Returns: for each marketplace a row an hour, and one without an hour for the whole day; with the number of days behind it,
-- and the last sign of life.
with signs as (
    select distinct
        o.platform,
        date_trunc(
            'second',
            case when o.ingested_at > '1971-01-01Z' then o.ingested_at else o.source_updated_at end
        ) as at
    from orders o
    where o.order_date > ($1::timestamptz - interval '28 days') at time zone $2::text
),
gaps as (
    select
        s.platform,
        s.at at time zone $2 as begins,
        extract(epoch from lead(s.at) over (partition by s.platform order by s.at) - s.at)::double precision as seconds
    from signs s
    where s.at > $1::timestamptz - interval '28 days' and s.at <= $1
),
of_hours as (
    select g.platform, g.begins::date as day, extract(hour from g.begins)::integer as hour, max(g.seconds) as seconds
    from gaps g
    where g.seconds is not null
    group by 1, 2, 3
),
around_hours as (
    select h.platform, (h.hour + near.by + 24) % 24 as hour, h.day, max(h.seconds) as seconds
    from of_hours h
    cross join (values (-1), (0), (1)) near (by)
    group by 1, 2, 3
    union all
    select h.platform, null, h.day, max(h.seconds)
    from of_hours h
    group by 1, 3
)
select
    a.platform,
    a.hour,
    count(*) as days,
    percentile_disc(0.9) within group (order by a.seconds) as usual_seconds,
    (select max(s.at) from signs s where s.platform = a.platform and s.at <= $1) as last_seen
from around_hours a
group by a.platform, a.hour

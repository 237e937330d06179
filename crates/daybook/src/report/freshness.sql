-- How far each platform's orders have been loaded. A stream that holds several platforms speaks for all of them; of several
-- streams of one platform the furthest counts, because the others are older copies or were replaced by it.
--
-- Parameters: $1 platforms that are always shown.
select
    p.platform,
    max(s.complete_through) as complete_through,
    max(s.newest_ingested_at) as newest_document
from (
    select s.platform from sync_state s where s.platform is not null
    union
    select unnest($1::text[]) where exists (select from sync_state s where s.platform is null)
) p
join sync_state s on s.platform = p.platform or s.platform is null
group by p.platform
order by p.platform

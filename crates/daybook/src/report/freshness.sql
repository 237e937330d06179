-- How far each platform's orders have been loaded. A stream that holds several platforms speaks for all of them; of several
-- streams of one platform the furthest counts, because the others are older copies or were replaced by it.
--
-- Silent is what the alert of that name calls it: nothing was stored for longer than is usual at that hour. Its row is there as
-- long as the condition holds.
--
-- Parameters: $1 platforms that are always shown.
select
    p.platform,
    max(s.complete_through) as complete_through,
    max(s.newest_ingested_at) as newest_document,
    max(a.value)::bigint as silent_seconds,
    max(a.threshold)::bigint as silence_limit_seconds
from (
    select s.platform from sync_state s where s.platform is not null
    union
    select unnest($1::text[]) where exists (select from sync_state s where s.platform is null)
) p
join sync_state s on s.platform = p.platform or s.platform is null
left join alerts a
    on a.kind = 'platform_silent' and a.subject = p.platform and a.resolved_at is null and a.clear_since is null
group by p.platform
order by p.platform

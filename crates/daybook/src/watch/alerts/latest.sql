-- Alerts of which there is news: those that fired or were resolved last. Parameters: $1 how many at most.
select
    condition_key, kind, severity, subject, value, threshold, unit, message_en, message_vi, hint_en, hint_vi, link_path,
    began_at, fired_at, last_seen_at, resolved_at
from alerts
where fired_at is not null
order by coalesce(resolved_at, fired_at) desc, condition_key
limit $1

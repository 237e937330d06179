-- Alerts that fired, the newest first.
--
-- Parameters: $1 whether only open ones, $2 and $3 time of firing and key of the last alert of the page before, or null,
--             $4 how many at most.
select
    condition_key, kind, severity, subject, value, threshold, unit, message_en, message_vi, hint_en, hint_vi, link_path,
    began_at, fired_at, last_seen_at, resolved_at
from alerts
where fired_at is not null
  and (not $1 or resolved_at is null)
  and ($2::timestamptz is null or (fired_at, condition_key) < ($2, $3::text))
order by fired_at desc, condition_key desc
limit $4

-- Alerts that have begun and are not resolved.
select condition_key, kind, began_at, last_seen_at, clear_since, fired_at
from alerts
where resolved_at is null

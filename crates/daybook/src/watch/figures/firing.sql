-- How many alerts are firing, by kind.
select kind, severity, count(*) as firing
from alerts
where fired_at is not null and resolved_at is null
group by kind, severity

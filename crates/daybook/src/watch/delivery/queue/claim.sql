-- Takes the message of a channel that has waited longest. Whoever takes it has until due_at to send it, then somebody else may:
-- a message is rather sent twice than not at all. That an alert is resolved is told after that it fired.
--
-- What is due later than any pause is long was written before the clock was set back: it is due now.
--
-- Parameters: $1 channel, $2 now, $3 until when it is taken, $4 longest pause.
with next as (
    select d.condition_key, d.began_at, d.event
    from alert_deliveries d
    where d.channel = $1
      and not (d.due_at > $2 and d.due_at <= $2::timestamptz + $4::text::interval)
      and d.delivered_at is null
      and d.given_up_at is null
      and (
          d.event = 'fired'
          or not exists (
              select from alert_deliveries f
              where (f.condition_key, f.began_at, f.channel, f.event) = (d.condition_key, d.began_at, d.channel, 'fired')
                and f.delivered_at is null and f.given_up_at is null
          )
      )
    order by d.due_at, d.condition_key, d.event
    limit 1
    for update skip locked
)
update alert_deliveries d
set attempts = d.attempts + 1, due_at = $3
from next n, alerts a
where (d.condition_key, d.began_at, d.event, d.channel) = (n.condition_key, n.began_at, n.event, $1)
  and (a.condition_key, a.began_at) = (n.condition_key, n.began_at)
returning
    d.event, d.attempts,
    a.condition_key, a.began_at, a.kind, a.severity, a.subject, a.value, a.threshold, a.unit,
    a.message_en, a.message_vi, a.hint_en, a.hint_vi, a.link_path, a.fired_at, a.resolved_at

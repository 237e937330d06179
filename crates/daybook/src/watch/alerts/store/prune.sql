-- Keeps the history bounded: the newest thousand resolved alerts, none older than 90 days.
--
-- Parameters: $1 now. When the clocks disagree, the earlier one counts: what is gone does not come back.
delete from alerts a
where a.resolved_at is not null
  and (
      a.resolved_at < least($1::timestamptz, now()) - interval '90 days'
      or (a.condition_key, a.began_at) in (
          select condition_key, began_at
          from alerts
          where resolved_at is not null
          order by resolved_at desc, condition_key
          offset 1000
      )
  )

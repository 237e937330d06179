-- Keeps the history bounded: the newest thousand resolved alerts, none older than 90 days.
--
-- Parameters: $1 now.
delete from alerts a
where a.resolved_at is not null
  and (
      a.resolved_at < $1::timestamptz - interval '90 days'
      or (a.condition_key, a.began_at) in (
          select condition_key, began_at
          from alerts
          where resolved_at is not null
          order by resolved_at desc, condition_key
          offset 1000
      )
  )

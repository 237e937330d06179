-- Whether anything is to be told now. What is due later than any pause is long was written before the clock was set back.
--
-- Parameters: $1 now, $2 longest pause.
select exists (
    select from alert_deliveries
    where not (due_at > $1 and due_at <= $1::timestamptz + $2::text::interval) and delivered_at is null and given_up_at is null
)

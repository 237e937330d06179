-- Whether anything is to be told now. Parameters: $1 now.
select exists (select from alert_deliveries where due_at <= $1 and delivered_at is null and given_up_at is null)

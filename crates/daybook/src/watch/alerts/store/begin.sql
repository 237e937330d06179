-- A condition is seen for the first time.
--
-- Parameters: $1 key, $2 now, $3 kind, $4 severity, $5 subject, $6 value, $7 threshold, $8 unit, $9 and $10 message in English
--             and Vietnamese, $11 and $12 hint, $13 link.
insert into alerts (
    condition_key, began_at, last_seen_at, kind, severity, subject, value, threshold, unit,
    message_en, message_vi, hint_en, hint_vi, link_path
)
values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- A row that was resolved at this very instant stays as it is; the condition begins a moment later.
on conflict do nothing

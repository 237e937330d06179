-- Keeps what a validation found. Parameters: $1 run, $2 when, $3 number of divergences, $4 report.
insert into validation_reports (run_id, made_at, divergences, report) values ($1, $2, $3, $4)
on conflict (run_id) do update
set made_at = excluded.made_at, divergences = excluded.divergences, report = excluded.report

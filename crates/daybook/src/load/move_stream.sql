-- Moves a stream's position by compare-and-set: no row means that somebody else is loading the stream.
--
-- The first statement of a load. Its row lock keeps two loaders of a stream apart until one of them commits, before
-- either has touched an order. It also names the run to the triggers, for the rest of the transaction.
--
-- Parameters: $1 stream, $2 revision it was left at, $3 position or null to leave it, $4 run, $5 now,
--             $6 complete through or null, $7 newest ingest time or null.
-- Returns: one row if it moved, none if not: the transaction's number, to ask about when the answer to its commit is lost.
update sync_state
set position = coalesce($3, position),
    revision = revision + 1,
    run_id = $4,
    updated_at = $5,
    complete_through = greatest(complete_through, $6),
    newest_ingested_at = greatest(newest_ingested_at, $7)
where stream = $1 and revision = $2
returning pg_current_xact_id()::text, set_config('daybook.run', $4::bigint::text, true)

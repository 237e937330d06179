-- Keeps two rebuilds of the same day apart, and day rebuilds apart from a range rebuild; the locks end with the
-- transaction, so they survive no pooler. Writers of orders take none of them.
--
-- A statement of its own: the statements after it see every change that was committed while this one waited.
-- Days are locked in order, so that two workers never wait for each other crosswise.
--
-- Parameters: $1 date[], the days.
select
    pg_advisory_xact_lock_shared(hashtext('daybook:statistics:' || current_schema()), 0),
    (
        select count(*)
        from (
            select pg_advisory_xact_lock(hashtext('daybook:day:' || current_schema()), ordered.day - date '2000-01-01')
            from (select day from unnest($1::date[]) day order by day) ordered
        ) locked
    )

-- The service: one leader among several processes, runs that somebody asked for, and reports of validations.

-- Two tables, because they are locked by different people: the lease by whoever renews or wants it, the term by every
-- transaction of the leader until it commits. Only a take-over changes the term, so a long transaction of the leader never
-- meets a newer version of that row as long as it leads.
create table leader_lease (
    singleton boolean primary key default true check (singleton),
    holder text,
    term bigint not null default 0,
    renewed_at timestamptz,
    expires_at timestamptz not null default '-infinity'
);
insert into leader_lease default values;
comment on table leader_lease is 'Which process of the service leads, and until when; on the clock of the database.';
comment on column leader_lease.singleton is 'Keeps the table at one row.';
comment on column leader_lease.holder is 'Host, process id and a random part of the process that leads or led last.';
comment on column leader_lease.term is 'Its term; the same number as in leader_term.';
comment on column leader_lease.renewed_at is 'When it last said that it is alive.';
comment on column leader_lease.expires_at is 'Until when nobody else may lead.';

create table leader_term (
    singleton boolean primary key default true check (singleton),
    term bigint not null default 0,
    began_at timestamptz
);
insert into leader_term default values;
comment on table leader_term is 'Number of the present term. A transaction of a leader whose term is over does not commit.';
comment on column leader_term.singleton is 'Keeps the table at one row.';
comment on column leader_term.term is 'Grows by one with every take-over.';
comment on column leader_term.began_at is 'When the term began.';

-- Takes the lead when nobody has it. Returns the new term, or NULL when somebody else leads.
-- The statements come one after the other so that each sees what was committed while the one before it waited.
create function take_leadership(wanted_by text, lease interval) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    new_term bigint;
begin
    -- Another candidate is at it: it will win, or leave the lease as it is.
    perform from public.leader_lease for update skip locked;
    if not found then
        return null;
    end if;
    update public.leader_lease set holder = wanted_by where expires_at < clock_timestamp();
    if not found then
        return null;
    end if;
    -- Waits for transactions of the former leader that are about to commit.
    update public.leader_term set term = term + 1, began_at = clock_timestamp() returning term into new_term;
    update public.leader_lease
    set term = new_term, renewed_at = clock_timestamp(), expires_at = clock_timestamp() + lease;
    return new_term;
end
$$;
comment on function take_leadership(text, interval) is 'Takes the lead when nobody has it: the new term, or NULL.';

-- Says that the leader is alive. False when its term is over.
create function keep_leadership(my_term bigint, lease interval) returns boolean
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- By the term in the row itself: that is looked at again when this has waited for a take-over.
    update public.leader_lease
    set renewed_at = clock_timestamp(), expires_at = clock_timestamp() + lease
    where term = my_term;
    return found;
end
$$;
comment on function keep_leadership(bigint, interval) is 'Prolongs the lease of a leader; false when its term is over.';

-- Lets others lead at once. Does nothing when the term is over already.
create function give_up_leadership(my_term bigint) returns void
    language sql
    set search_path = pg_catalog, pg_temp
as $$
    update public.leader_lease set expires_at = '-infinity' where term = my_term
$$;
comment on function give_up_leadership(bigint) is 'Ends the lease of a leader that stops in order.';

-- The last statement of every transaction of a leader. The lock makes a take-over wait until the transaction has ended,
-- so nothing of an old term is ever committed in a new one.
create function require_leadership(my_term bigint) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from public.leader_term where term = my_term for share;
    if not found then
        raise exception using
            errcode = 'DB001',
            message = 'this process does not lead any more',
            hint = 'another process of the service has taken over; nothing was changed';
    end if;
end
$$;
comment on function require_leadership(bigint) is 'Fails unless the term goes on; keeps it from ending before the transaction does.';

-- Runs of the service.
alter table job_runs
    add column term bigint,
    add column requested_by text,
    add column parameters jsonb not null default '{}',
    add column idempotency_key text unique,
    add column request text check (request in ('waiting', 'taken', 'done'));
comment on column job_runs.term is 'Term of the leader that runs it; NULL for commands run by hand.';
comment on column job_runs.requested_by is 'Who asked for it; NULL for what the schedule or a command started.';
comment on column job_runs.parameters is 'What was asked for. Never anything out of a document.';
comment on column job_runs.idempotency_key is 'Under this key the same run is found again instead of a second one being made.';
comment on column job_runs.request is 'How far a run that somebody asked for has come; NULL for all others.';
create index idx_job_runs_open on job_runs (id) where finished_at is null;
create index idx_job_runs_command on job_runs (command, started_at desc);

create table validation_reports (
    run_id bigint primary key references job_runs (id) on delete cascade,
    made_at timestamptz not null,
    divergences bigint not null,
    report jsonb not null
);
comment on table validation_reports is 'What validations of the service found: figures, never anything out of a document.';
comment on column validation_reports.run_id is 'The run that made it.';
comment on column validation_reports.made_at is 'When.';
comment on column validation_reports.divergences is 'How many figures differed from a recount.';
comment on column validation_reports.report is 'The report, in the form that `daybook validate --report` writes.';

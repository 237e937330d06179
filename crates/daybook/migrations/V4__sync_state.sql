-- Where every source stream has been read to, and what every run did.

create table business_settings (
    singleton boolean primary key default true check (singleton),
    time_zone text not null,
    currency varchar(3) not null
);
comment on table business_settings is
    'The settings that the stored figures depend on. A program configured otherwise refuses to start.';
comment on column business_settings.singleton is 'Keeps the table at one row.';
comment on column business_settings.time_zone is 'IANA name of the business time zone all civil times of orders are in.';
comment on column business_settings.currency is 'ISO 4217 code of the amounts in the statistics.';

create table job_runs (
    id bigint generated always as identity primary key,
    command text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text check (outcome in ('succeeded', 'needs_attention', 'failed')),
    counts jsonb not null default '{}',
    error text,
    constraint job_runs_finished_with_outcome check ((finished_at is null) = (outcome is null))
);
create index idx_job_runs_started_at on job_runs (started_at desc);
comment on table job_runs is 'One row per run of a command that changes data or checks it.';
comment on column job_runs.id is 'Number of the run, as shown by the commands.';
comment on column job_runs.command is 'Which command ran: sync, aggregate, rebuild, validate, repair, replay.';
comment on column job_runs.started_at is 'When it started, by the program''s clock.';
comment on column job_runs.finished_at is 'When it ended; NULL while it runs, or when it was killed.';
comment on column job_runs.outcome is 'succeeded; needs_attention: done, but something needs a person; failed.';
comment on column job_runs.counts is 'What the run did, in the field names of its JSON output. Never anything out of a document.';
comment on column job_runs.error is 'Why it failed, without values from documents.';

create table sync_state (
    stream text primary key,
    platform varchar(20),
    position bytea,
    revision bigint not null default 0,
    complete_through timestamptz,
    newest_ingested_at timestamptz,
    run_id bigint references job_runs (id) on delete set null,
    updated_at timestamptz not null default now()
);
comment on table sync_state is
    'How far each source stream has been loaded. Moves in the transaction that loads the batch, by compare-and-set on revision.';
comment on column sync_state.stream is 'A collection or a dump file, with the server or folder it lives in; without credentials.';
comment on column sync_state.platform is 'Marketplace of the stream; NULL for a collection that holds several.';
comment on column sync_state.position is 'Where to go on reading: a BSON document, so that times and ids keep their types.';
comment on column sync_state.revision is 'Counts the moves. A loader that finds another value than it left stops: somebody else is loading.';
comment on column sync_state.complete_through is 'Everything stored in the source before this instant has been loaded.';
comment on column sync_state.newest_ingested_at is 'Newest ingest time among the documents read.';
comment on column sync_state.run_id is 'Run that moved it last.';
comment on column sync_state.updated_at is 'When it moved last.';

-- Documents that could not become an order: where they are and why, never the documents themselves.

create table order_quarantine (
    id bigint generated always as identity primary key,
    stream text not null,
    locator text not null,
    document_id text not null,
    platform varchar(20),
    reason text not null,
    field text not null,
    found_type text not null,
    content_hash bytea not null,
    rule_version integer not null,
    order_code varchar(100),
    platform_status text,
    source_updated_at timestamptz,
    run_id bigint references job_runs (id) on delete set null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    constraint order_quarantine_one_entry_per_document unique (stream, locator)
);
comment on table order_quarantine is
    'Documents that could not be normalised. An entry goes away when its document can be loaded.';
comment on column order_quarantine.id is 'Number of the entry, as used by daybook quarantine show.';
comment on column order_quarantine.stream is 'Collection or dump file the document is in, as in sync_state.stream.';
comment on column order_quarantine.locator is 'How to find the document there again: its _id as extended JSON, or its place in the dump file.';
comment on column order_quarantine.document_id is 'The document''s _id for people: the digits of an ObjectId, or the text; empty when it has none.';
comment on column order_quarantine.platform is 'Marketplace, when known.';
comment on column order_quarantine.reason is 'Why, from a closed list (docs/schema.md).';
comment on column order_quarantine.field is 'Path of the field that decided, without its value.';
comment on column order_quarantine.found_type is 'BSON type found there, or missing.';
comment on column order_quarantine.content_hash is 'SHA-256 of the document: tells whether it has changed since.';
comment on column order_quarantine.rule_version is 'Version of the normalisation rules that refused it.';
comment on column order_quarantine.order_code is 'The order''s number, when it could be read.';
comment on column order_quarantine.platform_status is 'Status in the marketplace''s words, when it is a plain status word.';
comment on column order_quarantine.source_updated_at is 'The marketplace''s update time, when it could be read.';
comment on column order_quarantine.run_id is 'Run that saw it last.';
comment on column order_quarantine.first_seen_at is 'When it was first refused.';
comment on column order_quarantine.last_seen_at is 'When it was last refused.';

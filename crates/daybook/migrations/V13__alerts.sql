-- alerts: what needs a person, fired once and resolved once, whoever leads; and to whom it has been told.
--
-- An alert is known by its condition, such as lag:tiktok_orders, never by a number: numbers are issued again after a crash.

create table alerts (
    condition_key text not null,
    began_at timestamptz not null,
    kind text not null,
    severity text not null check (severity in ('warning', 'critical')),
    subject text,
    value double precision not null,
    threshold double precision not null,
    unit text not null,
    message_en text not null,
    message_vi text not null,
    hint_en text not null,
    hint_vi text not null,
    link_path text not null,
    last_seen_at timestamptz not null,
    clear_since timestamptz,
    fired_at timestamptz,
    resolved_at timestamptz,
    primary key (condition_key, began_at),
    constraint alerts_resolved_after_firing check (resolved_at is null or fired_at is not null)
);
-- A condition has one open alert, however many processes look at it.
create unique index alerts_one_open_per_condition on alerts (condition_key) where resolved_at is null;
-- Lists go from the newest on.
create index idx_alerts_fired_at on alerts (fired_at desc, condition_key desc) where fired_at is not null;

comment on table alerts is
    'Conditions that need a person. A row begins when its condition is first seen, fires when it has held for a while, and ends when it has been gone for a while. Rows that never fired go away.';
comment on column alerts.condition_key is 'Which condition: its kind, and what it is about where there can be several, as in lag:tiktok_orders.';
comment on column alerts.began_at is 'When the condition was first seen.';
comment on column alerts.kind is 'Kind of the condition, from a closed list (docs/alerts.md).';
comment on column alerts.severity is 'critical: figures are missing, wrong, or about to be; warning: everything else.';
comment on column alerts.subject is 'What it is about: a marketplace, a stream, a command; NULL where there can be only one.';
comment on column alerts.value is 'What was measured last while the condition held.';
comment on column alerts.threshold is 'What the value was compared with.';
comment on column alerts.unit is 'Unit of value and threshold: days, seconds, entries, documents, rows, runs, transactions.';
comment on column alerts.message_en is 'What is the matter, in English. Nothing personal is in it.';
comment on column alerts.message_vi is 'What is the matter, in Vietnamese.';
comment on column alerts.hint_en is 'What to do, in English.';
comment on column alerts.hint_vi is 'What to do, in Vietnamese.';
comment on column alerts.link_path is 'Page of the dashboard that shows more.';
comment on column alerts.last_seen_at is 'When the condition was last seen to hold, to about a minute.';
comment on column alerts.clear_since is 'Since when a fired condition has been gone; NULL while it holds.';
comment on column alerts.fired_at is 'When it fired; NULL while the condition has not held long enough.';
comment on column alerts.resolved_at is 'When it was resolved; NULL while it is open.';

create table alert_deliveries (
    condition_key text not null,
    began_at timestamptz not null,
    event text not null check (event in ('fired', 'resolved')),
    channel text not null,
    due_at timestamptz not null,
    attempts integer not null default 0,
    last_error text,
    delivered_at timestamptz,
    given_up_at timestamptz,
    primary key (condition_key, began_at, event, channel),
    foreign key (condition_key, began_at) references alerts (condition_key, began_at) on delete cascade
);
create index idx_alert_deliveries_due on alert_deliveries (due_at) where delivered_at is null and given_up_at is null;

comment on table alert_deliveries is
    'What has to be told on which channel. Written in the transaction that fires or resolves the alert, before anything is sent: a message may be sent twice, never not at all.';
comment on column alert_deliveries.condition_key is 'The alert.';
comment on column alert_deliveries.began_at is 'The alert.';
comment on column alert_deliveries.event is 'What is told: fired or resolved. The second waits for the first.';
comment on column alert_deliveries.channel is 'Where to: webhook, slack or telegram. Addresses and tokens are in the configuration only.';
comment on column alert_deliveries.due_at is 'When it may be tried next. While it is being tried: when somebody else may take it over.';
comment on column alert_deliveries.attempts is 'How often it was tried.';
comment on column alert_deliveries.last_error is 'Why the last attempt failed, without address, token or answer.';
comment on column alert_deliveries.delivered_at is 'When the channel took it.';
comment on column alert_deliveries.given_up_at is 'When trying ended without success.';

-- How many documents were refused lately is asked every few seconds.
create index idx_order_quarantine_first_seen_at on order_quarantine (first_seen_at);

-- Who may do what in the service, and what they did: users, sessions, API tokens, delays after wrong passwords, the log of
-- actions. Nothing here can be used to log in: passwords are argon2id hashes, session ids and tokens SHA-256 of 256 random
-- bits, which need no slow hash because nobody can guess them.

-- In ascending order: each role may do what those before it may, and the lesser of two is least(a, b).
create type access_role as enum ('viewer', 'operator', 'admin');
comment on type access_role is
    'viewer reads every figure; operator also starts runs, repairs, replays; admin also manages users and tokens.';

create table users (
    id bigint generated always as identity primary key,
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
    password_hash text not null check (password_hash like '$argon2id$%'),
    role access_role not null,
    created_at timestamptz not null default now(),
    password_changed_at timestamptz not null default now(),
    disabled_at timestamptz
);
comment on table users is 'People who may log in to the service. Never deleted, so that the log of actions stays readable; disabled instead.';
comment on column users.id is 'Surrogate key.';
comment on column users.name is 'Name to log in with, in lower case.';
comment on column users.password_hash is 'argon2id hash of the password (Unicode NFC) in PHC form: algorithm, costs, salt, hash.';
comment on column users.role is 'What the user may do.';
comment on column users.created_at is 'When the user was added.';
comment on column users.password_changed_at is 'When the password was last set.';
comment on column users.disabled_at is 'Since when the user may not log in; NULL: may.';

create table sessions (
    id_hash bytea primary key check (octet_length(id_hash) = 32),
    user_id bigint not null references users (id) on delete cascade,
    csrf_secret bytea not null check (octet_length(csrf_secret) = 32),
    address inet not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    idle_expires_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index idx_sessions_user_id on sessions (user_id);
create index idx_sessions_expires_at on sessions (expires_at);
comment on table sessions is
    'Logins in a browser. Housekeeping deletes those that ended more than 30 days ago.';
comment on column sessions.id_hash is 'SHA-256 of the id in the cookie. The id itself is stored nowhere.';
comment on column sessions.user_id is 'Who is logged in.';
comment on column sessions.csrf_secret is 'What forms and scripts of this session prove that they are its own with.';
comment on column sessions.address is 'Where the login came from. A user who is known from an address is not delayed there by strangers'' wrong passwords.';
comment on column sessions.created_at is 'When the login was.';
comment on column sessions.last_seen_at is 'Last request, to the minute.';
comment on column sessions.idle_expires_at is 'When it ends unless it is used before (access.session_idle).';
comment on column sessions.expires_at is 'When it ends in any case (access.session_lifetime).';
comment on column sessions.ended_at is 'When it was ended before that: by logout, a new password, another role, or disabling; NULL: it was not.';

create table api_tokens (
    id bigint generated always as identity primary key,
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    name text not null check (length(name) between 1 and 100),
    role access_role not null,
    owner_id bigint references users (id) on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index idx_api_tokens_owner_id on api_tokens (owner_id);
comment on table api_tokens is 'Credentials of programs. A token may never do more than its owner may now.';
comment on column api_tokens.id is 'Number of the token, as shown by the commands.';
comment on column api_tokens.token_hash is 'SHA-256 of the token. The token itself is shown once, when it is created.';
comment on column api_tokens.name is 'What it is for, as its creator put it.';
comment on column api_tokens.role is 'What it may do, unless its owner may do less.';
comment on column api_tokens.owner_id is 'Who created it; NULL when it was created on the command line. A disabled owner''s tokens are refused.';
comment on column api_tokens.created_at is 'When it was created.';
comment on column api_tokens.expires_at is 'When it ends by itself; NULL: never.';
comment on column api_tokens.last_used_at is 'Last request with it, to the minute.';
comment on column api_tokens.revoked_at is 'When it was revoked; NULL: it was not.';

create table login_attempts (
    kind text not null check (kind in ('account', 'address')),
    bucket integer not null check (bucket between 0 and 65535),
    failures integer not null,
    last_failed_at timestamptz not null,
    blocked_until timestamptz not null,
    primary key (kind, bucket)
);
comment on table login_attempts is
    'Wrong passwords of late, by account and by address, and the delays they cause. At most 131,072 rows, however many names are tried.';
comment on column login_attempts.kind is 'account: the name that was tried; address: where from (an IPv6 network of 64 bits counts as one).';
comment on column login_attempts.bucket is
    'Hash of the name or address. Names are not kept: people type passwords into the wrong field.';
comment on column login_attempts.failures is 'Wrong passwords in a row, each within 15 minutes of the one before.';
comment on column login_attempts.last_failed_at is 'When the last of them was.';
comment on column login_attempts.blocked_until is 'Until when no password is looked at.';

create table action_log (
    id bigint generated always as identity primary key,
    happened_at timestamptz not null default clock_timestamp(),
    actor_kind text not null check (actor_kind in ('nobody', 'user', 'token', 'command_line')),
    actor text,
    role access_role,
    action text not null,
    target text,
    outcome text not null check (outcome in ('done', 'refused', 'failed')),
    address inet,
    request_id text
);
create index idx_action_log_happened_at on action_log (happened_at desc, id desc);
comment on table action_log is 'Who did what: logins, changes of users and tokens, runs that people start. Appended only.';
comment on column action_log.id is 'Surrogate key.';
comment on column action_log.happened_at is 'When, by the database''s clock.';
comment on column action_log.actor_kind is
    'user: somebody logged in; token: a program; command_line: somebody with the database''s URL; nobody: not logged in.';
comment on column action_log.actor is
    'Name of the user; of a token its number, name and owner; on the command line the name of the account in the operating system.';
comment on column action_log.role is 'What the actor was allowed to do then; NULL on the command line and for nobody.';
comment on column action_log.action is 'What was done, as noun.verb: user.add, login, token.revoke, run.rebuild.';
comment on column action_log.target is 'What it was done to, without personal data of buyers.';
comment on column action_log.outcome is 'done; refused: not allowed, or a wrong password; failed: allowed, and did not work.';
comment on column action_log.address is 'Where the request came from; NULL on the command line.';
comment on column action_log.request_id is 'Id of the request, as in its answer and in the log; NULL on the command line.';

-- Orders for reports: what no report needs is left out, first of all who bought. content_hash is, because a hash over few
-- unknown digits gives them away.
create view orders_without_customer as
select
    o.id, o.order_code, o.platform, o.shop_id, o.status, o.platform_status, o.currency, o.total_amount,
    o.discount_amount, o.final_amount, o.region, o.order_date, o.completed_at, o.cancelled_at, o.created_at,
    o.updated_at, o.source_updated_at, o.ingested_at
from orders o;
comment on view orders_without_customer is 'orders without the buyer''s id, for roles that may not see it.';

create table bi_roles (
    name text primary key,
    created_at timestamptz not null default now()
);
comment on table bi_roles is
    'Roles of the database that daybook migrate --bi-role was asked for. Every migrate gives them their rights again.';
comment on column bi_roles.name is 'Name of the role.';
comment on column bi_roles.created_at is 'When it was first asked for.';

-- What such a role may read. By name, not by pattern: what a later version adds is not readable until it is listed here.
create function bi_readable() returns setof regclass
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select c.oid::regclass
    from pg_class c
    where c.relnamespace = 'public'::regnamespace
        and c.relname in (
            -- Figures, and what they are by.
            'daily_order_statistics', 'daily_order_statistics_live',
            'daily_grain_statistics', 'daily_grain_statistics_live',
            'daily_category_statistics', 'daily_category_statistics_live',
            'daily_category_tree_statistics', 'daily_category_tree_statistics_live',
            'daily_region_statistics', 'daily_region_statistics_live',
            'daily_province_statistics', 'daily_province_statistics_live',
            'daily_shop_statistics', 'daily_shop_statistics_live',
            'weekly_statistics', 'weekly_statistics_live',
            'monthly_statistics', 'monthly_statistics_live',
            'categories', 'product_categories', 'category_paths', 'province_names', 'region_provinces',
            'business_settings', 'stats_audit',
            -- Orders without who bought.
            'orders_without_customer', 'order_lines',
            -- The live views look changes up with the rights of whoever reads. It holds amounts, never a buyer.
            'grain_journal'
        )
$$;
comment on function bi_readable() is 'Tables and views that a role for BI tools may read.';

create function create_bi_role(name text) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    is_new boolean := not exists (select from pg_roles r where r.rolname = name);
begin
    if is_new then
        execute format('create role %I nologin nosuperuser nocreatedb nocreaterole', name);
    elsif exists (
        select from pg_roles r
        where r.rolname = name and (r.rolsuper or pg_has_role(r.oid, (select c.relowner from pg_class c where c.oid = 'public.orders'::regclass), 'member'))
    ) then
        raise exception 'role % may read everything already', name using
            errcode = 'invalid_grant_operation',
            hint = 'choose another name: the role must be neither a superuser nor the owner of the tables';
    end if;
    insert into public.bi_roles (name) values (create_bi_role.name) on conflict do nothing;
    return is_new;
end
$$;
revoke execute on function create_bi_role(text) from public;
comment on function create_bi_role(text) is
    'Remembers a role for BI tools, and creates it without login and password if it is not there. Whether it did.';

create function grant_statistics(name text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    readable regclass;
begin
    -- From nothing, so that a right which a newer version no longer gives is gone.
    execute format('revoke all on all tables in schema public from %I', name);
    execute format('grant usage on schema public to %I', name);
    execute format('grant connect on database %I to %I', current_database(), name);
    for readable in select * from public.bi_readable() loop
        execute format('grant select on %s to %I', readable, name);
    end loop;
end
$$;
revoke execute on function grant_statistics(text) from public;
comment on function grant_statistics(text) is 'Gives a role for BI tools the rights of this schema, and takes all others.';

create function revoke_public_rights() returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The program itself works with temporary tables.
    execute format('grant temporary on database %I to %I', current_database(), current_user);
    execute format('revoke temporary, create on database %I from public', current_database());
    revoke create on schema public from public;
    return array(
        select p.privilege_type || ' on database ' || d.datname
        from pg_database d
        cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) p
        where d.datname = current_database() and p.grantee = 0 and p.privilege_type in ('TEMPORARY', 'CREATE')
        union all
        select 'CREATE on schema public'
        from pg_namespace n
        cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) p
        where n.nspname = 'public' and p.grantee = 0 and p.privilege_type = 'CREATE'
    );
end
$$;
revoke execute on function revoke_public_rights() from public;
comment on function revoke_public_rights() is
    'Takes temporary tables and new objects from everybody, as far as the caller may; what could not be taken.';

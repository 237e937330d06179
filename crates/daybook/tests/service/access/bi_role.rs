//! The role of the database for BI tools: figures yes, customers no.

use std::collections::BTreeSet;

use tokio_postgres::Client;

use crate::world::World;

/// What it reads. Everything else there is must be out of its reach: whoever adds a table decides here.
const READABLE: &[&str] = &[
    "business_settings",
    "categories",
    "category_paths",
    "daily_category_statistics",
    "daily_category_statistics_live",
    "daily_category_tree_statistics",
    "daily_category_tree_statistics_live",
    "daily_grain_statistics",
    "daily_grain_statistics_live",
    "daily_order_statistics",
    "daily_order_statistics_live",
    "daily_province_statistics",
    "daily_province_statistics_live",
    "daily_region_statistics",
    "daily_region_statistics_live",
    "daily_shop_statistics",
    "daily_shop_statistics_live",
    "grain_journal",
    "monthly_statistics",
    "monthly_statistics_live",
    "order_lines",
    "orders_without_customer",
    "product_categories",
    "province_names",
    "region_provinces",
    "stats_audit",
    "weekly_statistics",
    "weekly_statistics_live",
];

/// A name that needs quotes, and that no other test takes: roles are the server's, not the database's.
fn role_name(world: &World) -> String {
    let database = world.database.url();
    let database = database
        .rsplit('/')
        .next()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    format!("Bi \"{database}\"")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn with_role() -> (World, String, Client) {
    let world = World::migrated().await;
    let role = role_name(&world);
    let done = world
        .run(&["migrate", "--bi-role", &role])
        .exits_with(0)
        .stdout;
    assert!(
        done.contains("created role") && !done.contains("warning"),
        "{done}"
    );
    let client = world.client().await;
    (world, role, client)
}

#[tokio::test]
async fn each_object_and_right_is_as_it_must_be() {
    let (world, role, client) = with_role().await;
    let wanted: BTreeSet<String> = READABLE
        .iter()
        .map(|name| format!("{name} SELECT"))
        .collect();
    assert_eq!(rights(&client, &role).await, wanted);
    // Columns, sequences, functions with the owner's rights, other schemas.
    let more: Vec<String> = strings(
        &client,
        "select 'column ' || c.oid::regclass || '.' || a.attname
         from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = 'public'::regnamespace and a.attacl::text like '%' || $1 || '%'
         union all
         select 'sequence ' || s.sequencename from pg_sequences s
         where has_sequence_privilege($1, format('%I.%I', s.schemaname, s.sequencename), 'usage, select, update')
         union all
         select 'function ' || p.oid::regprocedure from pg_proc p
         where p.pronamespace = 'public'::regnamespace and p.prosecdef and has_function_privilege($1, p.oid, 'execute')
         union all
         select 'schema ' || n.nspname from pg_namespace n where has_schema_privilege($1, n.oid, 'create')
         union all
         select 'database ' || p from unnest(array['create', 'temporary']) p
         where has_database_privilege($1, current_database(), p)
         union all
         select 'role ' || r.rolname from pg_roles r
         where r.rolname = $1 and (r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls)",
        &role,
    )
    .await;
    assert_eq!(more, Vec::<String>::new());
    // Safe to run twice; and the rights come back when somebody has changed them, as after a restore.
    client
        .batch_execute(&format!(
            "revoke select on daily_order_statistics from {0}; grant select on users, orders to {0};
             grant update (role) on users to {0}",
            quoted(&role)
        ))
        .await
        .unwrap();
    let again = world.run(&["migrate"]).exits_with(0).stdout;
    assert!(again.contains("reads figures and no customers"), "{again}");
    assert_eq!(rights(&client, &role).await, wanted);
}

/// Every right of a role on every table and view.
async fn rights(client: &Client, role: &str) -> BTreeSet<String> {
    let query = "select c.relname || ' ' || p
         from pg_class c
         cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'f')
             and (has_table_privilege($1, c.oid, p)
                  or (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege($1, c.oid, p)))";
    strings(client, query, role).await.into_iter().collect()
}

async fn strings(client: &Client, query: &str, role: &str) -> Vec<String> {
    let rows = client.query(query, &[&role]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn what_may_be_read_can_be_read_while_changes_wait_and_nothing_else() {
    let (world, role, client) = with_role().await;
    world.generate(300);
    // Some documents in the samples are quarantined on purpose.
    world.run(&["sync"]).exits_with(1);
    let waiting: i64 = client
        .query_one("select count(*) from grain_journal", &[])
        .await
        .unwrap()
        .get(0);
    assert!(waiting > 0, "the live views have nothing to look up");
    client
        .batch_execute(&format!("set role {}", quoted(&role)))
        .await
        .unwrap();
    for name in READABLE {
        let query = format!("select t::text from {name} t");
        client
            .query(&query, &[])
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for refused in [
        "select customer_id from orders",
        "select count(*) from orders",
        "select * from order_quarantine",
        "select * from users",
        "select * from sessions",
        "select * from api_tokens",
        "select * from action_log",
        "select * from login_attempts",
        "select * from job_runs",
        "select * from sync_state",
        "select * from stats_journal",
        "select customer_id from orders_without_customer",
        "update daily_order_statistics set total_orders = 0",
        "delete from stats_rebuild_queue",
        "insert into stats_rebuild_queue (stat_date) values ('2026-01-01')",
        "create temporary table t (a int)",
        "create table t (a int)",
        "create schema s",
        "create view v as select 1",
        "lock table orders in access share mode",
        "select grant_statistics('x')",
        "select create_bi_role('x')",
        "select set_database_time_zone('UTC')",
        "copy (select 1) to program 'true'",
    ] {
        assert!(client.batch_execute(refused).await.is_err(), "{refused}");
    }
    // The program itself goes on, temporary tables and all.
    world.generate(400);
    world.run(&["sync"]).exits_with(1);
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
}

#[tokio::test]
async fn nothing_readable_holds_a_customer() {
    let (_world, _, client) = with_role().await;
    let rows = client
        .query(
            "with recursive shown (relation, type) as (
                 select c.relname::text, a.atttypid from pg_class c join pg_attribute a on a.attrelid = c.oid
                 where c.oid in (select bi_readable()) and a.attnum > 0
                 union
                 select s.relation, coalesce(nullif(t.typelem, 0), a.atttypid)
                 from shown s join pg_type t on t.oid = s.type
                 left join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0
                 where t.typelem <> 0 or t.typrelid <> 0
             )
             select s.relation || ': ' || a.attname from shown s
             join pg_type t on t.oid = s.type join pg_attribute a on a.attrelid = t.typrelid
             where a.attname ~ 'customer|buyer|hash|password|token'
             union all
             select c.relname || ': ' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
             where c.oid in (select bi_readable()) and a.attnum > 0 and a.attname ~ 'customer|buyer|hash|password|token'",
            &[],
        )
        .await
        .unwrap();
    let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn roles_that_may_more_already_are_refused() {
    let (world, role, client) = with_role().await;
    let superuser: String = client
        .query_one("select current_user::text", &[])
        .await
        .unwrap()
        .get(0);
    let refused = world
        .run(&["migrate", "--bi-role", &superuser])
        .exits_with(2);
    assert!(
        refused.stderr.contains("may read everything already"),
        "{}",
        refused.stderr
    );
    // A role that was dropped is passed over.
    let drop = format!("drop owned by {0}; drop role {0}", quoted(&role));
    client.batch_execute(&drop).await.unwrap();
    let done = world.run(&["migrate"]).exits_with(0).stdout;
    assert!(!done.contains(&role), "{done}");
}

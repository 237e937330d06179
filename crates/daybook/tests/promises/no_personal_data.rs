//! Nothing but the buyer's id and the province leaves the source: no name, phone, address, or e-mail, in any table, log,
//! error or result.

use crate::world::World;

/// What the generated documents have in every personal field.
const MARKER: &str = "PII-MARKER";

#[tokio::test]
async fn in_no_table_log_error_or_result() {
    let world = World::migrated().await;
    world.generate(2_500);
    // Documents that no order can be made of, and broken ones, with the same marks.
    let broken = format!(
        "{{\"_id\": \"x1\", \"name\": \"{MARKER}\", \"buyer\": {{\"phone\": \"{MARKER}\"}}}}\n\
         {{\"order_sn\": \"260101ABCDEFGH\", \"total_amount\": \"{MARKER}\", \"create_time\": 1790000000}}\n\
         {{\"order_sn\": \"260101ABCDEFGI\", \"total_amount\": 5, \"create_time\": \"{MARKER}\"}}\n\
         {{\"order_sn\": \"260101ABCDEFGK\", \"order_status\": \"\\u0007\", \"buyer_username\": \"{MARKER}\", \"total_amount\": 5, \"create_time\": 1790000000}}\n\
         {{\"name\": \"{MARKER}\n"
    );
    world.dump("shopee_orders.ndjson", broken);

    let mut output = String::new();
    for args in [
        &["-vv", "sync"][..],
        &["-vv", "aggregate"],
        &["-vv", "sync", "--format", "json"],
        &["validate", "--source"],
        &["validate", "--source", "--format", "json"],
        &["quarantine", "list", "--limit", "1000", "--format", "json"],
        &["quarantine", "list"],
        &["quarantine", "show", "1"],
        &["quarantine", "replay"],
        &["status"],
        &["status", "--format", "json"],
        &["doctor"],
    ] {
        output += &world.run(args).all();
    }
    let client = world.client().await;
    let stored = client
        .query("select id from order_quarantine", &[])
        .await
        .unwrap();
    assert!(stored.len() > 15, "the broken documents are in quarantine");
    for row in &stored {
        output += &world
            .run(&["quarantine", "show", &row.get::<_, i64>(0).to_string()])
            .all();
    }
    let tables = client
        .query(
            "select table_name from information_schema.tables where table_schema = 'public'",
            &[],
        )
        .await
        .unwrap();
    assert!(tables.len() >= 8);
    for table in tables {
        let table: String = table.get(0);
        let rows = client
            .query(&format!("select t::text from {table} t"), &[])
            .await
            .unwrap();
        output.extend(rows.iter().map(|row| row.get::<_, String>(0) + "\n"));
    }
    let found = output.lines().find(|line| line.contains(MARKER));
    assert_eq!(found, None);
}

#[tokio::test]
async fn the_buyer_can_be_left_out() {
    let world = World::migrated().await;
    world.generate(600);
    let mut command = world.command(&["sync"]);
    command
        .env("DAYBOOK_KEEP_CUSTOMER_ID", "false")
        .output()
        .unwrap();
    let client = world.client().await;
    let query = "select count(*), count(customer_id) from orders";
    let row = client.query_one(query, &[]).await.unwrap();
    assert!(row.get::<_, i64>(0) > 500);
    assert_eq!(row.get::<_, i64>(1), 0);
}

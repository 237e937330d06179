//! What pages and programs ask for is answered from few pages of the tables, however much history there is: each plan that
//! PostgreSQL carried out is looked at.

use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use test_support::{CrashingDatabase, three_years};
use tokio_postgres::Client;

use crate::service::Service;
use crate::world::World;

/// Tables that grow with history.
const LARGE: [&str; 3] = ["orders", "daily_order_statistics", "daily_grain_statistics"];
/// A row a day and marketplace: three years of it are some forty pages, and reading them once beats looking each day up.
const SMALL_ENOUGH: &str = "daily_order_statistics";
/// Pages that a scan may read beside one for each row that it looks at: the way down an index. A row may well
/// lie on another page than the one before it: folds that run side by side write rows of different days in turns.
const PAGES: f64 = 9.0;
/// Rows that a scan may look at in vain beside one for each row that it finds.
const IN_VAIN: f64 = 100.0;

/// A server that writes down the plan of everything it does.
async fn explaining_server() -> CrashingDatabase {
    let mut database = CrashingDatabase::start();
    let set = async |database: &CrashingDatabase, settings: &[&str]| {
        let client = database.client().await;
        for setting in settings {
            let statement = format!("alter system set {setting}");
            client.execute(&statement, &[]).await.unwrap();
        }
        client
            .execute("select pg_reload_conf()", &[])
            .await
            .unwrap();
    };
    let collected = [
        "logging_collector = on",
        "log_line_prefix = ''",
        "log_rotation_size = 0",
        "shared_preload_libraries = 'auto_explain'",
    ];
    set(&database, &collected).await;
    let server = database.server();
    server.stop(local_postgres::StopMode::Fast).unwrap();
    server.start().unwrap();
    let explained = [
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_nested_statements = on",
        "auto_explain.log_analyze = on",
        "auto_explain.log_buffers = on",
        "auto_explain.log_timing = off",
        "auto_explain.log_format = json",
    ];
    set(&database, &explained).await;
    database
}

/// The plans that the server has written down since a place in its log, with the statements they are of; see
/// [`log_since`].
async fn plans_since(client: &Client, place: i64, mark: &str) -> Vec<Value> {
    let log = log_since(client, place, mark).await;
    log.iter()
        .map(|behind| {
            let indented = behind.lines().take_while(|line| line.starts_with('\t'));
            let plan: String = indented.collect();
            serde_json::from_str(&plan).unwrap_or_else(|error| panic!("{error}: {plan}"))
        })
        .collect()
}

/// What stands behind each `plan:` of the server's log up to now.
///
/// The question for the log is written into the log as well, behind all that was answered before it. What comes behind it is
/// left out: the server may be in the midst of writing it. The question is known by its mark, which no other has, as the log
/// may come to an end later than the place that was asked for.
async fn log_since(client: &Client, place: i64, mark: &str) -> Vec<String> {
    for _ in 0..500 {
        let row = client
            .query_one(
                &format!(
                    "select convert_from(pg_read_binary_file(pg_current_logfile(), $1, 1 << 29), 'utf8'), '{mark}'"
                ),
                &[&place],
            )
            .await
            .unwrap();
        let log: String = row.get(0);
        if let Some((before, _)) = log.split_once(mark) {
            let mut plans: Vec<_> = before.split("plan:\n").skip(1).map(str::to_owned).collect();
            plans.pop().expect("the plan of the question itself");
            return plans;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server writes no plans down")
}

async fn end_of_log(client: &Client) -> i64 {
    let size = "select size from pg_stat_file(pg_current_logfile())";
    client.query_one(size, &[]).await.unwrap().get(0)
}

/// The scans of large tables in a plan.
fn scans<'p>(node: &'p Value, found: &mut Vec<&'p Value>) {
    if let Some(table) = node["Relation Name"].as_str()
        && LARGE.contains(&table)
        && node["Node Type"] != "ModifyTable"
    {
        found.push(node);
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        scans(child, found);
    }
}

/// What is wrong with a scan.
fn complaint(scan: &Value) -> Option<String> {
    let number = |name: &str| scan[name].as_f64().unwrap_or(0.0);
    let loops = number("Actual Loops");
    let rows = number("Actual Rows") * loops;
    let pages = number("Shared Hit Blocks") + number("Shared Read Blocks");
    let in_vain =
        (number("Rows Removed by Filter") + number("Rows Removed by Index Recheck")) * loops;
    let kind = scan["Node Type"].as_str().unwrap_or_default();
    let table = scan["Relation Name"].as_str().unwrap_or_default();
    let one_for_each = pages <= PAGES * loops + rows + in_vain;
    let is_fine = match table {
        _ if loops == 0.0 => true,
        SMALL_ENOUGH if ["Seq Scan", "Bitmap Heap Scan"].contains(&kind) => loops == 1.0,
        // Of the orders of the days that are asked about, those of a status, a shop or a province are found by looking.
        "orders" => kind != "Seq Scan" && one_for_each,
        _ => kind != "Seq Scan" && one_for_each && in_vain <= IN_VAIN + rows,
    };
    (!is_fine).then(|| {
        format!(
            "{kind} of {table}: {rows} rows from {pages} pages, {in_vain} in vain, {loops} times"
        )
    })
}

/// Three years of orders, aggregated, on a server that writes its plans down.
async fn three_years_of_orders(database: &CrashingDatabase, world: &World) -> Client {
    run(database, world, &["migrate"]);
    let client = database.client().await;
    client.batch_execute(three_years::ORDERS).await.unwrap();
    run(database, world, &["aggregate"]);
    client.batch_execute("vacuum analyze").await.unwrap();
    client
}

fn run(database: &CrashingDatabase, world: &World, arguments: &[&str]) {
    let mut command = world.command(arguments);
    let ended = command
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
}

/// What is wrong with the scans of some plans, and how many scans were looked at.
fn complaints(plans: &[Value]) -> (Vec<String>, usize) {
    let (mut complaints, mut looked_at) = (Vec::new(), 0);
    for plan in plans {
        let mut found = Vec::new();
        scans(&plan["Plan"], &mut found);
        looked_at += found.len();
        let statement = plan["Query Text"].as_str().unwrap_or_default();
        let of_plan = found.into_iter().filter_map(complaint);
        complaints.extend(of_plan.map(|what| format!("{what}\n  in {statement:.300}")));
    }
    (complaints, looked_at)
}

#[tokio::test]
async fn answers_read_hardly_more_than_they_tell() {
    let database = explaining_server().await;
    let world = World::empty().await;
    let client = three_years_of_orders(&database, &world).await;
    let service = Service::start_with(&world, |command| {
        command.env("DATABASE_URL", database.url());
        command.env_remove("DAYBOOK_SOURCE");
    });

    let today = Timestamp::now().in_tz("Asia/Ho_Chi_Minh").unwrap().date();
    let from = today - 89.days();
    let mut asked = three_years::questions(today);
    asked.extend([
        format!("/api/v1/orders?from={today}&to={today}"),
        format!("/api/v1/orders?from={from}&to={today}&platform=shopee&status=cancelled"),
        format!("/?from={from}&to={today}"),
        "/trends".to_owned(),
        "/categories".to_owned(),
        "/regions".to_owned(),
        "/shops".to_owned(),
        "/operations".to_owned(),
        format!("/day/{today}"),
    ]);
    let mut found = Vec::new();
    for (number, path) in asked.iter().enumerate() {
        let place = end_of_log(&client).await;
        let (code, answer) = service.get(path).await;
        assert_eq!(code, 200, "{path}: {answer}");
        let mark = format!("the end of answer {number}.");
        let (of_answer, looked_at) = complaints(&plans_since(&client, place, &mark).await);
        found.extend(
            of_answer
                .into_iter()
                .map(|what| format!("{path}\n  {what}")),
        );
        assert!(looked_at > 0, "{path} is answered from nothing");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A change of one day must not cost what all days would.
#[tokio::test]
async fn folds_and_rebuilds_of_a_day_read_hardly_more_than_the_day() {
    let database = explaining_server().await;
    let world = World::empty().await;
    let client = three_years_of_orders(&database, &world).await;
    let day = Timestamp::now().in_tz("Asia/Ho_Chi_Minh").unwrap().date() - 400.days();
    let moved = format!("update orders set shop_id = 'another' where order_date::date = '{day}'");
    client.batch_execute(&moved).await.unwrap();
    let another = (day - 100.days()).to_string();
    let commands: [&[&str]; 2] = [
        &["aggregate"],
        &["rebuild", "--from", &another, "--to", &another],
    ];
    for (number, arguments) in commands.into_iter().enumerate() {
        let place = end_of_log(&client).await;
        run(&database, &world, arguments);
        let mark = format!("the end of command {number}.");
        let (found, looked_at) = complaints(&plans_since(&client, place, &mark).await);
        assert!(found.is_empty(), "{arguments:?}\n{}", found.join("\n"));
        assert!(looked_at > 0, "{arguments:?} looks at nothing");
    }
}

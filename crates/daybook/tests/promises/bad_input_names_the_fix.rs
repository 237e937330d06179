//! An error names what to do: bad input is a message and an exit code, never a panic, never silence, and nothing is lost.

use std::io::Write;

use crate::world::{Ended, World, end};

/// Fails with 2, says all of the parts, and gives a hint.
#[track_caller]
fn names_the_fix(ended: Ended, parts: &[&str]) {
    let ended = ended.exits_with(2);
    assert_eq!(ended.stdout, "", "failures go to stderr");
    for part in parts {
        assert!(
            ended.stderr.contains(part),
            "{part:?} is not in {}",
            ended.stderr
        );
    }
    assert!(ended.stderr.contains("hint:"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
}

#[tokio::test]
async fn about_the_database() {
    let world = World::empty().await;
    let with = |url: &str| end(world.command(&["sync"]).env("DATABASE_URL", url));
    names_the_fix(
        with("postgresql://u:p@127.0.0.1:1/x"),
        &[
            "127.0.0.1:1 cannot be reached",
            "database.url, from environment DATABASE_URL",
        ],
    );
    names_the_fix(with("nonsense"), &["URL cannot be read"]);
    let url = world.database.server_url();
    let password = url.split(':').nth(2).unwrap().split('@').next().unwrap();
    let wrong = url.replace(password, "wrong");
    names_the_fix(
        with(&wrong),
        &["refused the login of user \"daybook\"", "28P01"],
    );
    let missing = url.replace("/test_", "/missing_");
    names_the_fix(with(&missing), &["has no database \"missing_", "createdb"]);
    names_the_fix(
        world.run(&["sync"]),
        &["no daybook schema yet", "daybook migrate"],
    );
    names_the_fix(
        end(world.command(&["sync"]).env_remove("DATABASE_URL")),
        &["database.url is not set", "DATABASE_URL"],
    );
    assert!(
        !with(&wrong).all().contains("wrong"),
        "the password is not shown"
    );
}

#[tokio::test]
async fn about_a_database_of_a_newer_version() {
    let world = World::migrated().await;
    let client = world.client().await;
    let newer = "insert into refinery_schema_history (version, name, applied_on, checksum) values (900, 'x', 'now', '1')";
    client.batch_execute(newer).await.unwrap();
    for command in [
        &["sync"][..],
        &["aggregate"],
        &["migrate"],
        &["validate"],
        &["status"],
    ] {
        names_the_fix(world.run(command), &["migrated by a newer daybook", "900"]);
    }
}

#[tokio::test]
async fn about_a_zone_or_currency_that_changed() {
    let world = World::migrated().await;
    let zone = end(world
        .command(&["sync"])
        .env("DAYBOOK_TIMEZONE", "Asia/Singapore"));
    names_the_fix(
        zone,
        &["business.timezone is Asia/Singapore", "Asia/Ho_Chi_Minh"],
    );
    names_the_fix(
        world.run(&["aggregate", "--currency", "THB"]),
        &["business.currency is THB", "VND"],
    );
}

#[tokio::test]
async fn about_the_configuration_all_at_once() {
    let world = World::empty().await;
    let file = "[database]\nurl = \"postgresql://x\"\n[source]\noverlapp = \"5m\"\n[business]\ntimezone = \"Asia/Hanoi\"\n\
                currency = \"dong\"\n[aggregate]\nworkers = 0\n";
    std::fs::write(world.path("daybook.toml"), file).unwrap();
    let parts = [
        "daybook.toml:4: unknown key source.overlapp",
        "did you mean source.overlap?",
        "daybook.toml:6: business.timezone",
        "daybook.toml:7: business.currency",
        "daybook.toml:9: aggregate.workers",
    ];
    names_the_fix(world.run(&["config", "check"]), &parts);
    std::fs::write(world.path("daybook.toml"), "[source\n").unwrap();
    names_the_fix(
        world.run(&["config", "check"]),
        &["daybook.toml:1: not valid TOML"],
    );
    names_the_fix(
        world.run(&["config", "check", "--config", "gone.toml"]),
        &["gone.toml"],
    );
    std::fs::remove_file(world.path("daybook.toml")).unwrap();
    let misspelt = end(world
        .command(&["config", "check"])
        .env("DAYBOOK_TIMEZOEN", "UTC"));
    names_the_fix(
        misspelt,
        &[
            "DAYBOOK_TIMEZOEN is not a setting",
            "did you mean DAYBOOK_TIMEZONE?",
        ],
    );
    let shown = world.run(&["config", "show"]).exits_with(0).stdout;
    assert!(
        shown.contains(":****@127.0.0.1") && shown.contains("environment DATABASE_URL"),
        "{shown}"
    );
}

#[tokio::test]
async fn about_the_command_line() {
    let world = World::empty().await;
    for (args, part) in [
        (&["snyc"][..], "sync"),
        (&["sync", "--platfrom", "shopee"], "--platform"),
        (&["sync", "--platform", "amazon"], "tiktok, shopee, lazada"),
        (&["rebuild"], "--all"),
        (
            &["rebuild", "--from", "2026-02-30", "--to", "2026-03-01"],
            "2026-02-30",
        ),
    ] {
        let ended = world.run(args).exits_with(2);
        assert!(
            ended.stderr.contains(part),
            "{part} is not in {}",
            ended.stderr
        );
    }
}

#[tokio::test]
async fn about_the_source() {
    let world = World::migrated().await;
    names_the_fix(world.run(&["sync"]), &["dump folder", "source.url"]);
    std::fs::create_dir(world.dumps()).unwrap();
    world.dump("notes.txt", "x");
    names_the_fix(
        world.run(&["sync"]),
        &["no dump of orders", "shopee_orders", "found notes.txt"],
    );
    names_the_fix(
        world.run(&["sync", "--source", "ftp://x/y"]),
        &["ftp:// is not a source"],
    );
    names_the_fix(
        world.run(&["sync", "--source", "mongodb://127.0.0.1:1/"]),
        &["names no database"],
    );
    let unreachable = "mongodb://u:secret@127.0.0.1:1/x?serverSelectionTimeoutMS=300";
    let ended = world.run(&["sync", "--source", unreachable]);
    assert!(!ended.all().contains("secret"), "{}", ended.all());
    names_the_fix(ended, &["MongoDB cannot be reached"]);
}

#[tokio::test]
async fn about_documents_of_an_unknown_shape() {
    let world = World::migrated().await;
    let line = "{\"_id\": 1, \"wrapped\": {\"customer\": \"Nguyễn Văn A\", \"order_sn\": \"X\"}}\n";
    world.dump("shopee_orders.ndjson", line);
    let synced = world.run(&["sync"]).exits_with(2);
    for part in [
        "no order found in shopee_orders.ndjson",
        "wrapped.<1 more>",
        "wrapped.order_sn",
        "source.payload",
    ] {
        assert!(
            synced.all().contains(part),
            "{part} is not in {}",
            synced.all()
        );
    }
    assert!(!synced.all().contains("Nguyễn"), "{}", synced.all());
    let entries = world.json(&["quarantine", "list"]);
    assert_eq!(
        entries,
        serde_json::json!([]),
        "a wrong setting fills no quarantine"
    );
}

fn order(number: u32) -> String {
    format!(
        "{{\"_id\": {number}, \"order_sn\": \"S{number}\", \"order_status\": \"SHIPPED\", \"currency\": \"VND\", \
         \"create_time\": 1790000000, \"update_time\": 1790000000, \"total_amount\": 5}}\n"
    )
}

#[tokio::test]
async fn about_a_dump_that_is_cut_off_and_keeps_what_came_before() {
    let world = World::migrated().await;
    let whole: String = (0..50).map(order).collect();
    world.dump("shopee_orders.ndjson", &whole[..whole.len() - 30]);
    let cut = world.run(&["sync"]).exits_with(2);
    assert!(
        cut.all().contains("cut off or damaged at byte"),
        "{}",
        cut.all()
    );
    let client = world.client().await;
    let orders = "select count(*) from orders";
    assert_eq!(
        client
            .query_one(orders, &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        49
    );
    world.dump("shopee_orders.ndjson", &whole);
    world.run(&["sync"]).exits_with(0);
    assert_eq!(
        client
            .query_one(orders, &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        50
    );
}

#[tokio::test]
async fn about_a_bson_dump_that_is_cut_off() {
    let world = World::migrated().await;
    world.generate(300);
    let path = world.dumps().join("tiktok_orders.bson");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 100]).unwrap();
    let synced = world.run(&["sync"]).exits_with(2);
    assert!(
        synced.all().contains("tiktok_orders.bson is cut off"),
        "{}",
        synced.all()
    );
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(world.json(&["sync"])["failures"], serde_json::json!([]));
}

#[tokio::test]
async fn about_a_broken_line_without_stopping_the_batch() {
    let world = World::migrated().await;
    let mut lines: Vec<String> = (0..20).map(order).collect();
    lines[3] = "{\"_id\": 3, \"order_sn\": \n".to_owned();
    lines[5] = "not json at all\n".to_owned();
    lines[7] = order(7).replace("\"total_amount\": 5", "\"total_amount\": 1E+6144");
    lines[9] = order(9).replace("S9", "S\\u0000");
    world.dump("shopee_orders.json", lines.concat());
    let synced = world
        .run(&["sync", "--format", "json"])
        .exits_with(1)
        .json();
    assert_eq!(
        (&synced["inserted"], &synced["quarantined"]),
        (&16.into(), &4.into()),
        "{synced}"
    );
}

#[tokio::test]
async fn compressed_dumps_and_arrays_read_alike() {
    let lines: Vec<String> = (0..20).map(order).collect();
    let array = format!("[{}]", lines.join(","));
    let pretty = lines
        .concat()
        .replace("{", "{\n  ")
        .replace(", \"", ",\n  \"");
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(lines.concat().as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = zstd::encode_all(array.as_bytes(), 3).unwrap();
    let files: [(&str, &[u8]); 4] = [
        ("shopee_orders.json", array.as_bytes()),
        ("shopee_orders.json", pretty.as_bytes()),
        ("shopee_orders.ndjson.gz", &gzip),
        ("shopee_orders.json.zst", &zstd),
    ];
    for (name, content) in files {
        let world = World::migrated().await;
        world.dump(name, content);
        let synced = world
            .run(&["sync", "--format", "json"])
            .exits_with(0)
            .json();
        assert_eq!(
            (&synced["read"], &synced["inserted"]),
            (&20.into(), &20.into()),
            "{name}: {synced}"
        );
    }
}

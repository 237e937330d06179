//! A full disk is a message and an exit code; when there is space again, the same command goes on where it stopped.

use local_postgres::{LocalPostgres, Options};
use test_support::SmallDisk;

use crate::world::{World, statistics_equal_a_recount};

#[tokio::test]
async fn during_sync_and_aggregate() {
    let Some(disk) = SmallDisk::mount(190) else {
        assert!(
            !local_postgres::is_root(),
            "root can mount a small file system"
        );
        eprintln!(
            "not root: no small file system can be mounted, so only the message is tested below"
        );
        return;
    };
    let mut options = Options::new(disk.path().join("server"));
    options.settings = [
        ("wal_keep_size", "0"),
        ("max_wal_size", "32MB"),
        ("min_wal_size", "32MB"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let server = LocalPostgres::open(options).unwrap();
    let url = server.url("postgres");

    let world = World::empty().await;
    let expected = world.generate(6_000);
    let run = |args: &[&str]| crate::world::end(world.command(args).env("DATABASE_URL", &url));
    run(&["migrate"]).exits_with(0);
    disk.fill();
    let refused = run(&["sync"]).exits_with(2);
    assert!(
        refused.stderr.contains("53100") || refused.all().contains("space"),
        "{}",
        refused.all()
    );
    assert!(
        refused
            .all()
            .contains("free space on the disk of PostgreSQL"),
        "{}",
        refused.all()
    );

    disk.make_room();
    let synced = retried(&run, &["sync"]);
    assert!(
        synced == 0 || synced == 1,
        "sync goes on when there is space"
    );
    assert_eq!(retried(&run, &["aggregate"]), 0);
    let client = tokio_client(&url).await;
    let orders: i64 = client
        .query_one("select count(*) from orders", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(orders.unsigned_abs(), expected.orders);
    statistics_equal_a_recount(&client).await;
}

/// The server itself may have to restart after its log had no space.
fn retried(run: &dyn Fn(&[&str]) -> crate::world::Ended, args: &[&str]) -> i32 {
    let mut code = 2;
    for _ in 0..20 {
        code = run(args).code;
        if code != 2 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    code
}

async fn tokio_client(url: &str) -> tokio_postgres::Client {
    daybook::db::Database::new(url, None)
        .unwrap()
        .connect()
        .await
        .unwrap()
}

/// Works without the right to mount: the server's answer is the real one, its cause is not.
#[tokio::test]
async fn is_named_with_the_fix() {
    let world = World::migrated().await;
    let client = world.client().await;
    let raise = "
        create function no_space() returns trigger language plpgsql as
            $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
        create trigger a_full_disk before insert on orders for each statement execute function no_space()";
    client.batch_execute(raise).await.unwrap();
    let expected = world.generate(600);
    let refused = world.run(&["sync"]).exits_with(2);
    assert!(
        refused
            .all()
            .contains("free space on the disk of PostgreSQL"),
        "{}",
        refused.all()
    );
    let entries = world.json(&["quarantine", "list"]);
    assert_eq!(
        entries,
        serde_json::json!([]),
        "no document is blamed for it"
    );
    client
        .batch_execute("drop trigger a_full_disk on orders")
        .await
        .unwrap();
    world.run(&["sync"]).exits_with(1);
    let orders: i64 = client
        .query_one("select count(*) from orders", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(orders.unsigned_abs(), expected.orders);
}

//! A first load takes orders in without merging them. Nothing is different for it, whatever else happens meanwhile.

use std::collections::HashSet;

use bson::doc;
use daybook::clock::{BusinessClock, Clock};
use daybook::db::Database;
use daybook::load::{LoadCounts, Loader};
use daybook::normalise::{NormalisedBatch, Normaliser};
use daybook::runs::{self, RunId};
use daybook::source::{Content, DocumentId, SourceDocument, Stream, StreamContent};
use order_model::{Platform, Rules};
use tokio_postgres::Client;

use crate::order_is_a_function_of_its_versions::rules;
use crate::world::World;

/// A database, and what a loader needs besides.
struct Loading {
    world: World,
    database: Database,
    client: Client,
    clock: BusinessClock,
    rules: Rules,
    run: RunId,
}

impl Loading {
    async fn begin() -> Self {
        let world = World::migrated().await;
        let rules = rules();
        let clock = BusinessClock::new(Clock::System, rules.zone.clone());
        let client = world.client().await;
        Self {
            database: Database::new(&world.database.url(), None).unwrap(),
            run: runs::start(&client, "test", clock.now()).await.unwrap(),
            world,
            client,
            clock,
            rules,
        }
    }

    async fn loader<'a>(&'a self, stream: &'a Stream) -> Loader<'a> {
        let loader = Loader::open(&self.database, stream, self.run, &self.clock).await;
        let mut loader = loader.unwrap();
        loader.expect_new_orders(Some(10));
        loader
    }

    fn batch(&self, stream: &Stream, orders: &[(&str, &str)]) -> NormalisedBatch {
        let nothing = HashSet::new();
        let normaliser = Normaliser::new(&self.rules, &stream.content, &nothing);
        normaliser.documents(orders.iter().map(document).collect())
    }

    async fn statuses(&self) -> Vec<String> {
        let rows = self
            .client
            .query(
                "select order_code || ' ' || status from orders order by 1",
                &[],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

fn stream(name: &str) -> Stream {
    Stream {
        name: name.to_owned(),
        label: name.to_owned(),
        content: StreamContent::Orders(Platform::Shopee),
        documents_in: name.to_owned(),
    }
}

fn document((code, status): &(&str, &str)) -> SourceDocument {
    let second = 1_790_000_000;
    let document = doc! {
        "_id": format!("{code} {status}"),
        "order_sn": *code,
        "order_status": *status,
        "currency": "VND",
        "create_time": second,
        "update_time": second + status.len() as i64,
        "total_amount": 120_000,
        "recipient_address": { "state": if *status == "SHIPPED" { "Hà Nội" } else { "****" } },
        "buyer_user_id": if *status == "SHIPPED" { 7 } else { 0 },
        "updatedAt": bson::DateTime::from_millis(second * 1_000),
    };
    let document = bson::RawDocumentBuf::try_from(&document).unwrap();
    SourceDocument {
        id: DocumentId::in_collection(&document),
        content: Content::Document(document),
        companions: Vec::new(),
        companions_expected: false,
    }
}

fn counts(read: u64, inserted: u64, updated: u64) -> LoadCounts {
    LoadCounts {
        read,
        inserted,
        updated,
        ..LoadCounts::default()
    }
}

#[tokio::test]
async fn meet_orders_that_somebody_else_inserts() {
    let loading = Loading::begin().await;
    let stream = stream("first");
    let mut loader = loading.loader(&stream).await;
    let first = [("260921AAAAAAA9", "SHIPPED")];
    let loaded = loader.load(&loading.batch(&stream, &first)).await.unwrap();
    assert_eq!(loaded, counts(1, 1, 0));
    // The loader has looked what is there; now there is more.
    let by_hand = "
        insert into orders (platform, order_code, status, total_amount, final_amount, order_date)
        values ('shopee', '260921AAAAAAAB', 'pending', 1, 1, '2026-09-21')";
    loading.client.batch_execute(by_hand).await.unwrap();

    let batch = [
        ("260921AAAAAAAA", "SHIPPED"),
        ("260921AAAAAAAB", "COMPLETED"),
        ("260921AAAAAAAC", "CANCELLED"),
    ];
    let loaded = loader.load(&loading.batch(&stream, &batch)).await.unwrap();
    assert_eq!(loaded, counts(3, 2, 1));
    let wanted = [
        "260921AAAAAAA9 pending",
        "260921AAAAAAAA pending",
        "260921AAAAAAAB completed",
        "260921AAAAAAAC cancelled",
    ];
    assert_eq!(loading.statuses().await, wanted);
    let again = loader.load(&loading.batch(&stream, &batch)).await.unwrap();
    assert_eq!(again.unchanged, 3);
}

#[tokio::test]
async fn know_what_is_there_already() {
    let loading = Loading::begin().await;
    let (first, second) = (stream("first"), stream("second"));
    let mut loader = loading.loader(&first).await;
    let batch = [("260921AAAAAAAA", "SHIPPED"), ("260921AAAAAAAB", "SHIPPED")];
    let loaded = loader.load(&loading.batch(&first, &batch)).await.unwrap();
    assert_eq!(loaded, counts(2, 2, 0));

    // A later batch of the same loader, and one of another stream.
    let batch = [
        ("260921AAAAAAAA", "COMPLETED"),
        ("260921AAAAAAAC", "SHIPPED"),
    ];
    let loaded = loader.load(&loading.batch(&first, &batch)).await.unwrap();
    assert_eq!(loaded, counts(2, 1, 1));
    let mut loader = loading.loader(&second).await;
    let batch = [
        ("260921AAAAAAAB", "COMPLETED"),
        ("260921AAAAAAAD", "SHIPPED"),
    ];
    let loaded = loader.load(&loading.batch(&second, &batch)).await.unwrap();
    assert_eq!(loaded, counts(2, 1, 1));

    assert_eq!(loader.total(), counts(6, 4, 2), "of the whole run");
    let row = loading
        .client
        .query_one(
            "select counts ->> 'inserted' from job_runs where id = $1",
            &[&loading.run],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), "4");
    loading.world.run(&["aggregate"]).exits_with(0);
    loading.world.run(&["validate"]).exits_with(0);
}

#[tokio::test]
async fn write_the_rows_that_merging_writes() {
    let loading = Loading::begin().await;
    // Province and buyer are told by the newest version, by an older one, and by none.
    let batch = [
        ("260921AAAAAAAA", "SHIPPED"),
        ("260921AAAAAAAB", "SHIPPED"),
        ("260921AAAAAAAB", "COMPLETED"),
        ("260921AAAAAAAC", "CANCELLED"),
    ];
    let mut rows = Vec::new();
    for quick in [true, false] {
        let stream = stream(if quick { "quick" } else { "merged" });
        loading
            .client
            .batch_execute("truncate orders")
            .await
            .unwrap();
        let loader = Loader::open(&loading.database, &stream, loading.run, &loading.clock);
        let mut loader = loader.await.unwrap();
        if quick {
            loader.expect_new_orders(Some(10));
        }
        loader.load(&loading.batch(&stream, &batch)).await.unwrap();
        let whole = "
            select string_agg((to_jsonb(o) - '{id,created_at,updated_at}'::text[])::text, chr(10) order by order_code)
            from orders o";
        let row = loading.client.query_one(whole, &[]).await.unwrap();
        rows.push(row.get::<_, String>(0));
    }
    assert_eq!(rows[0], rows[1]);
    assert!(rows[0].contains("Hà Nội"), "{}", rows[0]);
}

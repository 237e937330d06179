//! Whatever the order of arrival and the batching, a set of versions gives one row, the one that merging them in memory
//! gives, and one set of statistics.

use std::collections::HashSet;

use bson::doc;
use daybook::clock::{BusinessClock, Clock};
use daybook::db::Database;
use daybook::load::Loader;
use daybook::normalise::Normaliser;
use daybook::runs;
use daybook::source::{Content, DocumentId, SourceDocument, Stream, StreamContent};
use jiff::Timestamp;
use order_model::{Layout, OrderState, OrderStatus, Platform, Rules};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::world::World;

/// A version of one order, with few enough values that times and contents meet.
#[derive(Debug, Clone)]
struct Telling {
    updated: i64,
    ingested: i64,
    status: &'static str,
    amount: i64,
    region: Option<&'static str>,
    buyer: i64,
}

impl Telling {
    fn document(&self, number: usize) -> SourceDocument {
        let second = 1_790_000_000;
        let document = doc! {
            "_id": number as i64,
            "order_sn": "260921ABCDEFGH",
            "order_status": self.status,
            "currency": "VND",
            "create_time": second,
            "update_time": second + self.updated * 86_400,
            "total_amount": self.amount,
            "buyer_user_id": self.buyer,
            "recipient_address": { "state": self.region.unwrap_or("****") },
            "updatedAt": bson::DateTime::from_millis((second + self.ingested * 3_600) * 1_000),
        };
        let document = bson::RawDocumentBuf::try_from(&document).unwrap();
        SourceDocument {
            id: DocumentId::in_collection(&document),
            content: Content::Document(document),
            companions: Vec::new(),
            companions_expected: false,
        }
    }
}

fn telling() -> impl Strategy<Value = Telling> {
    (
        0..4_i64,
        0..3_i64,
        prop::sample::select(vec!["SHIPPED", "COMPLETED", "CANCELLED", "TO_RETURN"]),
        prop::sample::select(vec![100_000, 120_000]),
        prop::option::of(prop::sample::select(vec!["Hà Nội", "Cần Thơ"])),
        prop::sample::select(vec![0, 7, 8]),
    )
        .prop_map(
            |(updated, ingested, status, amount, region, buyer)| Telling {
                updated,
                ingested,
                status,
                amount,
                region,
                buyer,
            },
        )
}

/// The rules of a business in Vietnam.
pub fn rules() -> Rules {
    Rules {
        zone: jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap(),
        currency: "VND".parse().unwrap(),
        tiktok_delivered: OrderStatus::Pending,
        keep_customer_id: true,
        not_after: Timestamp::from_second(1_900_000_000).unwrap(),
        layout: Layout::default(),
    }
}

/// The row, in the words of the database.
const ROW: &str = "
select concat_ws('|', status, platform_status, total_amount, discount_amount, final_amount,
    coalesce(region, '-'), coalesce(customer_id::text, '-'), order_date,
    coalesce(completed_at::text, '-'), coalesce(cancelled_at::text, '-'))
from orders";

fn row_of(state: &OrderState) -> String {
    let order = state.newest();
    let time = |time: Option<jiff::civil::DateTime>| {
        time.map_or("-".to_owned(), |time| {
            time.strftime("%Y-%m-%d %H:%M:%S").to_string()
        })
    };
    [
        order.status.to_string(),
        order.platform_status.clone(),
        order.total_amount.to_string(),
        order.discount_amount.to_string(),
        order.final_amount.to_string(),
        state
            .region()
            .map_or("-".to_owned(), |(region, _)| region.to_owned()),
        state
            .customer_id()
            .map_or("-".to_owned(), |(id, _)| id.to_string()),
        time(Some(order.order_date)),
        time(state.completed_at()),
        time(state.cancelled_at()),
    ]
    .join("|")
}

#[tokio::test]
async fn in_every_permutation_and_batching() {
    let world = World::migrated().await;
    let database = Database::new(&world.database.url(), None).unwrap();
    let client = world.client().await;
    let clock = BusinessClock::new(Clock::System, rules().zone);
    let run = runs::start(&client, "test", clock.now()).await.unwrap();
    let stream = Stream {
        name: "test".to_owned(),
        label: "test".to_owned(),
        content: StreamContent::Orders(Platform::Shopee),
        documents_in: "test".to_owned(),
    };
    let rules = rules();
    let nothing = HashSet::new();
    let normaliser = Normaliser::new(&rules, &stream.content, &nothing);

    let mut runner = TestRunner::new(Config::default());
    for _ in 0..25 {
        let tellings = prop::collection::vec(telling(), 2..=4)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let mut rows = HashSet::new();
        for order in permutations(tellings.len()) {
            // Merged with what is there, and the quick way of a first load.
            for (batches, quick) in [1, 2, tellings.len()]
                .into_iter()
                .flat_map(|batches| [(batches, false), (batches, true)])
            {
                client.batch_execute("truncate orders").await.unwrap();
                let mut loader = Loader::open(&database, &stream, run, &clock).await.unwrap();
                if quick {
                    loader.expect_new_orders(None);
                }
                for batch in order.chunks(order.len().div_ceil(batches)) {
                    let documents = batch
                        .iter()
                        .map(|number| tellings[*number].document(*number))
                        .collect();
                    loader.load(&normaliser.documents(documents)).await.unwrap();
                }
                rows.insert(
                    client
                        .query_one(ROW, &[])
                        .await
                        .unwrap()
                        .get::<_, String>(0),
                );
            }
        }
        let documents = tellings
            .iter()
            .enumerate()
            .map(|(n, telling)| telling.document(n))
            .collect();
        let merged = normaliser.documents(documents);
        let wanted = HashSet::from([row_of(&merged.orders[0].state)]);
        assert_eq!(rows, wanted, "{tellings:#?}");
    }
}

fn permutations(length: usize) -> Vec<Vec<usize>> {
    if length == 0 {
        return vec![Vec::new()];
    }
    permutations(length - 1)
        .into_iter()
        .flat_map(|shorter| {
            (0..length).map(move |place| {
                let mut longer = shorter.clone();
                longer.insert(place, length - 1);
                longer
            })
        })
        .collect()
}

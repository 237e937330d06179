//! Applied step by step, any history gives the figures that a rebuild from scratch gives: with folds, rebuilds, switches
//! of the mode and readers in between.

use daybook::aggregate::{Folder, Scope, StatisticsMode, drain, rebuild, switch_mode};
use daybook::app::App;
use daybook::mark;
use daybook::runs::{self, RunId};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use tokio_postgres::Client;

use crate::exact_at_every_commit::app;
use crate::world::{World, exactness_of_categories, statistics_equal_a_recount};

/// Histories in an ordinary run; `DAYBOOK_TEST_HISTORIES` asks for more.
fn histories() -> u32 {
    let asked = std::env::var("DAYBOOK_TEST_HISTORIES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Something that happens to a database. Orders, days and amounts are few, so that they meet.
#[derive(Debug, Clone)]
enum Event {
    Put {
        order: u8,
        day: u8,
        platform: u8,
        status: u8,
        amount: u16,
        discount: Option<u8>,
    },
    MoveDay {
        order: u8,
        day: u8,
    },
    SetStatus {
        orders: u8,
        status: u8,
    },
    MoveRegion {
        orders: u8,
        region: u8,
        shop: u8,
    },
    SetLines {
        orders: u8,
        products: Vec<u8>,
    },
    MapProduct {
        product: u8,
        category: Option<u8>,
    },
    Delete {
        order: u8,
    },
    DeleteDay {
        day: u8,
    },
    Truncate,
    TwoInOne {
        first: u8,
        second: u8,
    },
    Undone {
        order: u8,
    },
    Fold,
    RebuildAll,
    RebuildDay {
        day: u8,
    },
    MarkByHand {
        day: u8,
    },
    RebuildMarked,
    Switch {
        incremental: bool,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let order = 0..8_u8;
    let day = 0..4_u8;
    prop_oneof![
        8 => (order.clone(), day.clone(), 0..3_u8, 0..3_u8, 0..900_u16, prop::option::of(0..9_u8)).prop_map(
            |(order, day, platform, status, amount, discount)| Event::Put { order, day, platform, status, amount, discount }
        ),
        3 => (order.clone(), day.clone()).prop_map(|(order, day)| Event::MoveDay { order, day }),
        3 => (0..8_u8, 0..3_u8).prop_map(|(orders, status)| Event::SetStatus { orders, status }),
        3 => (0..8_u8, 0..3_u8, 0..3_u8).prop_map(|(orders, region, shop)| Event::MoveRegion { orders, region, shop }),
        4 => (0..8_u8, prop::collection::vec(0..4_u8, 0..4)).prop_map(|(orders, products)| Event::SetLines { orders, products }),
        4 => (0..4_u8, prop::option::of(0..3_u8)).prop_map(|(product, category)| Event::MapProduct { product, category }),
        2 => order.clone().prop_map(|order| Event::Delete { order }),
        1 => day.clone().prop_map(|day| Event::DeleteDay { day }),
        1 => Just(Event::Truncate),
        2 => (order.clone(), order.clone()).prop_map(|(first, second)| Event::TwoInOne { first, second }),
        1 => order.prop_map(|order| Event::Undone { order }),
        4 => Just(Event::Fold),
        1 => Just(Event::RebuildAll),
        1 => day.clone().prop_map(|day| Event::RebuildDay { day }),
        1 => day.prop_map(|day| Event::MarkByHand { day }),
        2 => Just(Event::RebuildMarked),
        1 => any::<bool>().prop_map(|incremental| Event::Switch { incremental }),
    ]
}

const PLATFORMS: [&str; 3] = ["tiktok", "shopee", "lazada"];
const STATUSES: [&str; 3] = ["pending", "completed", "cancelled"];

impl Event {
    /// The statement, for what happens in SQL.
    fn sql(&self) -> Option<String> {
        let day_of = |day: u8| format!("2026-03-0{}", day + 1);
        Some(match self {
            Self::Put { order, day, platform, status, amount, discount } => format!(
                "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date)
                 values ('{order}', '{}', '{}', {amount}, {}, {amount}, '{} 23:00')
                 on conflict (platform, order_code) do update set status = excluded.status, order_date = excluded.order_date,
                     total_amount = excluded.total_amount, discount_amount = excluded.discount_amount",
                PLATFORMS[usize::from(*platform)],
                STATUSES[usize::from(*status)],
                discount.map_or("null".to_owned(), |amount| amount.to_string()),
                day_of(*day),
            ),
            Self::MoveDay { order, day } => {
                format!("update orders set order_date = '{} 00:00' where order_code = '{order}'", day_of(*day))
            }
            Self::SetStatus { orders, status } => format!(
                "update orders set status = '{}' where order_code::int % 3 = {orders} % 3",
                STATUSES[usize::from(*status)]
            ),
            Self::MoveRegion { orders, region, shop } => format!(
                "update orders set region = {}, shop_id = {} where order_code::int % 3 = {orders} % 3",
                ["'Huế'", "'Hà Nội'", "null"][usize::from(*region)],
                ["'shop-1'", "'shop-2'", "null"][usize::from(*shop)],
            ),
            Self::SetLines { orders, products } => {
                let line = |product| format!("row('p{product}', null, 1, 9, 1, {product} * 5)::order_line");
                let lines: Vec<_> = products.iter().map(line).collect();
                format!(
                    "update orders set lines = array[{}]::order_line[] where order_code::int % 3 = {orders} % 3",
                    lines.join(",")
                )
            }
            Self::MapProduct { product, category: None } => {
                format!("delete from product_categories where product_id = 'p{product}'")
            }
            Self::MapProduct { product, category: Some(category) } => format!(
                "insert into product_categories (platform, product_id, category_id)
                 select platform, 'p{product}', 'c{category}' from unnest(array['tiktok', 'shopee', 'lazada']) platform
                 on conflict (platform, product_id) do update set category_id = excluded.category_id"
            ),
            Self::Delete { order } => format!("delete from orders where order_code = '{order}'"),
            Self::DeleteDay { day } => format!("delete from orders where order_date::date = '{}'", day_of(*day)),
            Self::Truncate => "truncate orders".to_owned(),
            Self::TwoInOne { first, second } => format!(
                "with gone as (delete from orders where order_code = '{first}' returning 1)
                 update orders set final_amount = final_amount + 1, total_amount = total_amount + 1
                 where order_code = '{second}' and '{first}' <> '{second}'"
            ),
            Self::Undone { order } => format!("begin; delete from orders where order_code <> '{order}'; rollback"),
            _ => return None,
        })
    }

    async fn happens(&self, app: &App, client: &Client, folder: &mut Folder<'_>, run: RunId) {
        if let Some(sql) = self.sql() {
            return client.batch_execute(&sql).await.unwrap();
        }
        let day = |day: u8| jiff::civil::date(2026, 3, i8::try_from(day).unwrap() + 1);
        match self {
            Self::Fold => drop(folder.fold().await.unwrap()),
            Self::RebuildAll => drop(rebuild(app, &Scope::Range(None, None), run).await.unwrap()),
            Self::RebuildDay { day: number } => {
                let scope = Scope::Range(Some(day(*number)), Some(day(*number)));
                rebuild(app, &scope, run).await.unwrap();
            }
            Self::MarkByHand { day: number } => {
                mark::mark_days(client, &[day(*number)]).await.unwrap()
            }
            Self::RebuildMarked => {
                let scope = Scope::Marked(mark::waiting_days(client).await.unwrap());
                rebuild(app, &scope, run).await.unwrap();
            }
            Self::Switch { incremental } => {
                let mode = match incremental {
                    true => StatisticsMode::Incremental,
                    false => StatisticsMode::Queue,
                };
                switch_mode(app, mode, run).await.unwrap();
            }
            sql => unreachable!("{sql:?} is SQL"),
        }
    }
}

#[tokio::test]
async fn give_what_a_rebuild_from_scratch_gives() {
    let world = World::migrated().await;
    let app = app(&world);
    let client = world.client().await;
    let run = runs::start(&client, "test", app.clock.now()).await.unwrap();
    let days = client.prepare(include_str!("exactness.sql")).await.unwrap();
    let grains = include_str!("exactness_of_grains.sql");
    let grains = client.prepare(grains).await.unwrap();
    let categories = client.prepare(&exactness_of_categories()).await.unwrap();
    let mut folder = Folder::new(&app.database, &app.clock);
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..histories() {
        let history = prop::collection::vec(event(), 1..60)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        for (step, event) in history.iter().enumerate() {
            event.happens(&app, &client, &mut folder, run).await;
            for exactness in [&days, &grains, &categories] {
                let differing: i64 = client.query_one(exactness, &[]).await.unwrap().get(0);
                assert_eq!(differing, 0, "after step {step} of {history:#?}");
            }
        }
        drain(&app, run, &|_| {}).await.unwrap();
        statistics_equal_a_recount(&client).await;
        let scratch = rebuild(&app, &Scope::Range(None, None), run).await.unwrap();
        assert_eq!(
            (scratch.rows_changed, scratch.rows_removed),
            (0, 0),
            "{history:#?}"
        );
    }
}

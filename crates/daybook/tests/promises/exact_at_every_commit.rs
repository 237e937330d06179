//! Live figures equal a recount in every snapshot: while ten writers change orders in every way, folds and rebuilds run
//! side by side, and the mode is switched. Compared while it runs, not at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use daybook::aggregate::{Folder, Scope, StatisticsMode, rebuild, switch_mode};
use daybook::app::App;
use daybook::clock::Clock;
use daybook::config::{Config, Overrides, setting};
use daybook::mark;
use daybook::runs::{self, RunId};
use futures_util::future::join_all;
use rand::RngExt;
use rand::rngs::SmallRng;
use tokio_postgres::Client;

use crate::world::{World, exactness_of_categories, statistics_equal_a_recount};

const WRITERS: u64 = 10;
/// Comparisons that a reader has under way at the same time.
const PIPELINED: usize = 25;

/// Of so many comparisons one is of the finer grains, which takes longer than of the days.
const GRAINS_EVERY: usize = 5;
/// The one that is of the categories.
const CATEGORIES_AT: usize = 1;

/// Comparisons in an ordinary run; `DAYBOOK_TEST_COMPARISONS` asks for more.
fn comparisons() -> u64 {
    let asked = std::env::var("DAYBOOK_TEST_COMPARISONS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(50_000)
}

/// What the program works with, in this process.
pub fn app(world: &World) -> App {
    let flags = vec![(&setting::DATABASE_URL, world.database.url().to_owned())];
    let overrides = Overrides { file: None, flags };
    App::new(
        Config::load(&overrides, std::iter::empty()).unwrap(),
        Clock::System,
    )
    .unwrap()
}

struct Storm {
    world: World,
    app: App,
    run: RunId,
    stop: AtomicBool,
    /// Changes that were committed.
    committed: AtomicU64,
    compared: AtomicU64,
}

impl Storm {
    async fn over(world: World) -> Arc<Self> {
        let app = app(&world);
        let client = world.client().await;
        let run = runs::start(&client, "test", app.clock.now()).await.unwrap();
        Arc::new(Self {
            world,
            app,
            run,
            stop: AtomicBool::new(false),
            committed: AtomicU64::new(0),
            compared: AtomicU64::new(0),
        })
    }

    fn goes_on(&self) -> bool {
        !self.stop.load(Relaxed)
    }

    /// Changes orders in transactions of every kind until the storm ends.
    async fn write(self: Arc<Self>, number: u64) {
        let client = self.world.client().await;
        let mut random: SmallRng = rand::make_rng();
        while self.goes_on() {
            let level =
                ["read committed", "repeatable read", "serializable"][random.random_range(0..3)];
            let mut script = format!("begin isolation level {level};");
            for _ in 0..random.random_range(1..4) {
                script += &change(number, &mut random);
            }
            script += if random.random_range(0..10) == 0 {
                "rollback"
            } else {
                "commit"
            };
            match client.batch_execute(&script).await {
                Ok(()) => drop(self.committed.fetch_add(1, Relaxed)),
                // Serialization failures, deadlocks and keys that exist are the database's right; the transaction is undone
                // as a whole.
                Err(error) => {
                    let code = error
                        .code()
                        .map(|code| code.code().to_owned())
                        .unwrap_or_default();
                    assert!(code.starts_with("40") || code == "23505", "{error:?}");
                    client.batch_execute("rollback").await.unwrap();
                }
            }
        }
    }

    async fn fold(self: Arc<Self>) {
        let mut folder = Folder::new(&self.app.database, &self.app.clock);
        while self.goes_on() {
            folder.fold().await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn rebuild(self: Arc<Self>) {
        let client = self.world.client().await;
        let mut random: SmallRng = rand::make_rng();
        while self.goes_on() {
            let day = DAYS[random.random_range(0..DAYS.len())].parse().unwrap();
            let scope = match random.random_range(0..3) {
                0 => Scope::Range(None, None),
                1 => Scope::Range(Some(day), Some(day)),
                _ => {
                    mark::mark_days(&client, &[day]).await.unwrap();
                    Scope::Marked(mark::waiting_days(&client).await.unwrap())
                }
            };
            rebuild(&self.app, &scope, self.run).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        }
    }

    /// Moves products between categories.
    async fn map_products(self: Arc<Self>) {
        let client = self.world.client().await;
        let mut random: SmallRng = rand::make_rng();
        while self.goes_on() {
            match client.batch_execute(&move_a_product(&mut random)).await {
                Ok(()) => drop(self.committed.fetch_add(1, Relaxed)),
                Err(error) => {
                    let code = error.code().map(|code| code.code().to_owned());
                    assert!(code.is_some_and(|code| code.starts_with("40")), "{error:?}");
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
    }

    async fn switch_modes(self: Arc<Self>) {
        for mode in [StatisticsMode::Queue, StatisticsMode::Incremental]
            .into_iter()
            .cycle()
        {
            if !self.goes_on() {
                return;
            }
            // Beside this many writers the locks can be refused; then the mode is as before.
            let _ = switch_mode(&self.app, mode, self.run).await;
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        }
    }

    /// Compares until there are enough comparisons, each in a snapshot of its own.
    async fn compare(self: Arc<Self>, enough: u64) {
        let client = self.world.client().await;
        let days = client.prepare(include_str!("exactness.sql")).await.unwrap();
        let grains = include_str!("exactness_of_grains.sql");
        let grains = client.prepare(grains).await.unwrap();
        let categories = client.prepare(&exactness_of_categories()).await.unwrap();
        while self.compared.load(Relaxed) < enough && self.goes_on() {
            let queries = (0..PIPELINED).map(|number| match number {
                CATEGORIES_AT => client.query_one(&categories, &[]),
                _ if number % GRAINS_EVERY == 0 => client.query_one(&grains, &[]),
                _ => client.query_one(&days, &[]),
            });
            for row in join_all(queries).await {
                let row = row.unwrap();
                let differing: i64 = row.get(0);
                let compared = self.compared.fetch_add(1, Relaxed);
                assert_eq!(differing, 0, "buckets that differ in comparison {compared}");
            }
        }
        self.stop.store(true, Relaxed);
    }
}

const DAYS: [&str; 5] = [
    "2026-03-01",
    "2026-03-02",
    "2026-03-03",
    "2026-03-04",
    "2026-04-30",
];

/// Lines of two products or less; they need not add up to the order, and then the last one has the difference.
fn lines(random: &mut SmallRng) -> String {
    let mut line = || {
        let (product, amount) = (random.random_range(0..4), random.random_range(0..500));
        format!("row('p{product}', null, 1, {amount}, {amount} % 3, {amount})::order_line")
    };
    let lines = [line(), line()];
    match random.random_range(0..4) {
        0 => "null".to_owned(),
        1 => format!("array[{}]", lines[0]),
        _ => format!("array[{}]", lines.join(",")),
    }
}

/// One statement on the categories of the products.
fn move_a_product(random: &mut SmallRng) -> String {
    let (product, category) = (random.random_range(0..4), random.random_range(0..3));
    let platform = ["tiktok", "shopee", "lazada"][random.random_range(0..3)];
    match random.random_range(0..4) {
        0 => format!("delete from product_categories where product_id = 'p{product}'"),
        1 => format!(
            "update product_categories set category_id = 'c{category}' where platform = '{platform}'"
        ),
        _ => format!(
            "insert into product_categories (platform, product_id, category_id)
             values ('{platform}', 'p{product}', 'c{category}'), ('shopee', 'p4', 'c{category}')
             on conflict (platform, product_id) do update set category_id = excluded.category_id"
        ),
    }
}

/// One statement on the orders of a writer, and now and then of all.
fn change(writer: u64, random: &mut SmallRng) -> String {
    let day = DAYS[random.random_range(0..DAYS.len())];
    let platform = ["tiktok", "shopee", "lazada"][random.random_range(0..3)];
    let status = ["pending", "completed", "cancelled"][random.random_range(0..3)];
    let code: u64 = random.random_range(0..12);
    let amount: u32 = random.random_range(0..1_000);
    let region = ["'Hà Nội'", "'Cần Thơ'", "null"][random.random_range(0..3)];
    let shop = ["'shop-1'", "'shop-2'", "null"][random.random_range(0..3)];
    let lines = lines(random);
    let own = format!("order_code like '{writer}-%'");
    match random.random_range(0..100) {
        0..45 => format!(
            "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date,
                                 region, shop_id, lines)
             select '{writer}-' || n, '{platform}', '{status}', {amount} + n, nullif(n % 3, 0), {amount}, '{day} 12:00',
                    {region}, {shop}, {lines}
             from generate_series({code}, {code} + 3) n
             on conflict (platform, order_code) do update set status = excluded.status,
                 final_amount = excluded.final_amount, total_amount = excluded.total_amount;"
        ),
        45..60 => format!("update orders set status = '{status}' where {own} and id % 3 = {code} % 3;"),
        60..75 => format!("update orders set order_date = '{day} 08:00' where {own} and id % 4 = {code} % 4;"),
        75..82 => format!(
            "update orders set platform = '{platform}' where {own} and platform <> '{platform}' and id % 5 = {code} % 5
             and not exists (select from orders o where o.platform = '{platform}' and o.order_code = orders.order_code);"
        ),
        82..84 => format!("update orders set region = {region}, shop_id = {shop} where {own} and id % 3 = {code} % 3;"),
        84 => format!("update orders set lines = {lines} where {own};"),
        85 => format!("update orders set discount_amount = nullif({amount}, 7), updated_at = now() where {own};"),
        86..98 => format!("delete from orders where {own} and id % 2 = {code} % 2;"),
        98 => "savepoint s; delete from orders where id % 7 = 0; rollback to savepoint s;".to_owned(),
        _ if random.random_range(0..4) == 0 => "truncate orders;".to_owned(),
        _ => format!("delete from orders where {own};"),
    }
}

/// Runs writers, readers and what else is given, and looks at the end state as well.
async fn rages(storm: Arc<Storm>, enough: u64, others: Vec<tokio::task::JoinHandle<()>>) {
    let mut tasks = others;
    tasks.extend((0..WRITERS).map(|number| tokio::spawn(Arc::clone(&storm).write(number))));
    let readers: Vec<_> = (0..2)
        .map(|_| tokio::spawn(Arc::clone(&storm).compare(enough)))
        .collect();
    for reader in readers {
        let result = reader.await;
        storm.stop.store(true, Relaxed);
        result.unwrap();
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(
        storm.committed.load(Relaxed) > 200,
        "writers got nothing done"
    );
    storm.world.run(&["aggregate"]).exits_with(0);
    storm.world.run(&["validate"]).exits_with(0);
    statistics_equal_a_recount(&storm.world.client().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_ten_writers_folds_and_rebuilds_run() {
    let storm = Storm::over(World::migrated().await).await;
    let others = vec![
        tokio::spawn(Arc::clone(&storm).fold()),
        tokio::spawn(Arc::clone(&storm).fold()),
        tokio::spawn(Arc::clone(&storm).rebuild()),
        tokio::spawn(Arc::clone(&storm).map_products()),
    ];
    rages(storm, comparisons(), others).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_mode_is_switched() {
    let storm = Storm::over(World::migrated().await).await;
    let others = vec![
        tokio::spawn(Arc::clone(&storm).fold()),
        tokio::spawn(Arc::clone(&storm).rebuild()),
        tokio::spawn(Arc::clone(&storm).switch_modes()),
        tokio::spawn(Arc::clone(&storm).map_products()),
    ];
    rages(Arc::clone(&storm), comparisons() / 5, others).await;
    let client: Client = storm.world.client().await;
    let switched = "select count(*) from pg_stat_user_tables where relname = 'business_settings' and n_tup_upd > 4";
    let often: i64 = client.query_one(switched, &[]).await.unwrap().get(0);
    assert_eq!(often, 1, "the mode was hardly switched");
}

//! How soon a write that MongoDB has acknowledged is in the live figures, and how fast `sync --follow` catches up.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::ensure;
use bson::{DateTime, Document, doc};
use clap::Args;
use daybook::aggregate::Keeper;
use daybook::app::App;
use daybook::follow::{Follow, Pace, Progress, Stop};
use daybook::load::LoadCounts;
use daybook::pipeline::Selection;
use mongodb::Collection;
use serde::Serialize;
use test_support::TestMongo;
use tokio_postgres::Client;

use crate::machine::Circumstances;
use crate::results::{keep, percentile};
use crate::server::Server;
use crate::syncing;

/// Options of the benchmark.
#[derive(Debug, Args)]
pub struct Options {
    /// Seconds of writing at an even pace
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Writes a second
    #[arg(long, default_value_t = 500)]
    rate: u64,
    /// Changes to catch up with
    #[arg(long, default_value_t = 50_000)]
    backlog: u64,
}

#[derive(Serialize)]
struct Result {
    writes_per_second: u64,
    seconds: u64,
    /// From acknowledgement to the live view, in milliseconds.
    latency_ms_p50: f64,
    latency_ms_p99: f64,
    latency_ms_max: f64,
    caught_up_changes_per_second: f64,
}

/// Measures, and keeps the result.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let server = Server::start()?;
    let mongo = TestMongo::create().await;
    let app = server.database("following", "incremental").await?;
    let orders: Collection<Document> = mongo.database().await.collection("shopee_orders");
    orders.insert_one(order(0)).await?;
    let reader = server.connect("following").await?;

    let (stopper, stop) = Stop::by_hand();
    let following = tokio::spawn(follow(app, mongo.uri().to_owned(), stop));
    reaches(&reader, 1).await?;
    let mut latencies = latencies(&orders, &reader, &options).await?;
    stopper.stop();
    following.await??;
    latencies.sort_by(f64::total_cmp);
    let at = |share: f64| percentile(&latencies, share).round();

    let first = 1 + options.seconds * options.rate;
    let backlog: Vec<_> = (first..first + options.backlog).map(order).collect();
    for part in backlog.chunks(5_000) {
        orders.insert_many(part).await?;
    }
    let app = server.reopened("following")?;
    let (stopper, stop) = Stop::by_hand();
    let started = Instant::now();
    let following = tokio::spawn(follow(app, mongo.uri().to_owned(), stop));
    reaches(&reader, first + options.backlog).await?;
    let caught_up = options.backlog as f64 / started.elapsed().as_secs_f64();
    stopper.stop();
    following.await??;

    let result = Result {
        writes_per_second: options.rate,
        seconds: options.seconds,
        latency_ms_p50: at(0.5),
        latency_ms_p99: at(0.99),
        latency_ms_max: at(1.0),
        caught_up_changes_per_second: caught_up.round(),
    };
    println!("{}", serde_json::to_string_pretty(&result)?);
    keep(
        "following",
        &Circumstances::now(server.version().await?),
        &result,
    )
}

/// What `daybook sync --follow` does, in this process.
async fn follow(app: App, uri: String, stop: Stop) -> anyhow::Result<LoadCounts> {
    let (source, run) = syncing::begin(&app, uri).await?;
    let selection = Selection::default();
    let follow = Follow {
        app: &app,
        source: &source,
        selection: &selection,
        run,
        pace: Pace::default(),
        on_batch: &|_| {},
    };
    let progress = Mutex::new(Progress::default());
    let keeper = Keeper {
        app: &app,
        run,
        drain_every: None,
        on_fold: &|_| {},
    };
    tokio::select! {
        ended = follow.until(&stop, &progress) => drop(ended?),
        never = keeper.keep() => match never {},
    }
    let progress = progress.into_inner();
    Ok(progress
        .expect("nothing panics while it holds the lock")
        .counts)
}

fn order(number: u64) -> Document {
    doc! {
        "order_sn": format!("B{number:08}"), "order_status": "SHIPPED", "currency": "VND", "region": "VN", "cod": true,
        "create_time": 1_794_450_000_i64 + number as i64 % 86_400, "update_time": 1_794_550_000_i64, "total_amount": 250_000,
        "buyer_user_id": number as i64 + 1, "recipient_address": { "state": "Cần Thơ", "city": "Ninh Kiều", "name": "****" },
        "item_list": [
            { "item_id": 51_000_000_001_i64, "model_quantity_purchased": 2, "model_original_price": 120_000 },
            { "item_id": 51_000_000_002_i64, "model_quantity_purchased": 1, "model_original_price": 90_000 },
        ],
        "updatedAt": DateTime::now(),
    }
}

async fn live_orders(reader: &Client) -> anyhow::Result<u64> {
    let query = "select coalesce(sum(total_orders), 0)::bigint from daily_order_statistics_live";
    Ok(reader
        .query_one(query, &[])
        .await?
        .get::<_, i64>(0)
        .unsigned_abs())
}

async fn reaches(reader: &Client, wanted: u64) -> anyhow::Result<()> {
    let since = Instant::now();
    while live_orders(reader).await? < wanted {
        ensure!(
            since.elapsed() < Duration::from_secs(300),
            "{wanted} orders are not reached"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Milliseconds from each acknowledged write to the live view, in the order of the writes.
async fn latencies(
    orders: &Collection<Document>,
    reader: &Client,
    options: &Options,
) -> anyhow::Result<Vec<f64>> {
    let total = options.seconds * options.rate;
    let acknowledged = Mutex::new(Vec::with_capacity(total as usize));
    let writing = async {
        let started = Instant::now();
        for number in 1..=total {
            let due = started + Duration::from_secs_f64(number as f64 / options.rate as f64);
            tokio::time::sleep_until(due.into()).await;
            orders.insert_one(order(number)).await?;
            acknowledged
                .lock()
                .expect("nothing panics while it holds the lock")
                .push(Instant::now());
        }
        Ok::<_, anyhow::Error>(())
    };
    let watching = async {
        let mut latencies = Vec::with_capacity(total as usize);
        while (latencies.len() as u64) < total {
            // One order was there before.
            let visible = (live_orders(reader).await? - 1) as usize;
            let now = Instant::now();
            {
                let known = acknowledged
                    .lock()
                    .expect("nothing panics while it holds the lock");
                for at in known.iter().take(visible).skip(latencies.len()) {
                    latencies.push(now.saturating_duration_since(*at).as_secs_f64() * 1_000.0);
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, anyhow::Error>(latencies)
    };
    let (written, latencies) = tokio::join!(writing, watching);
    written?;
    latencies
}

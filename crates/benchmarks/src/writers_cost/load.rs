//! Clients that write orders of today as fast as they can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use daybook::aggregate::Folder;
use daybook::app::App;
use tokio_postgres::Client;

use crate::server::Server;

/// How orders are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Transactions of one statement that inserts 100 orders.
    HundredAtOnce,
    /// Transactions of 100 statements that insert one order each.
    HundredOneByOne,
    /// One order a statement, each committed by itself.
    Autocommit,
}

impl Shape {
    /// What is measured, and with how many clients.
    pub const MEASURED: [(Self, usize); 4] = [
        (Self::HundredAtOnce, 1),
        (Self::HundredAtOnce, 8),
        (Self::HundredOneByOne, 8),
        (Self::Autocommit, 8),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::HundredAtOnce => "100 orders, 1 statement",
            Self::HundredOneByOne => "100 orders, 100 statements",
            Self::Autocommit => "1 order, autocommit",
        }
    }

    fn orders(self) -> i64 {
        match self {
            Self::HundredAtOnce => 100,
            Self::HundredOneByOne | Self::Autocommit => 1,
        }
    }
}

/// What clients got written.
pub struct Written {
    /// While they wrote, before what they caused was done with.
    pub orders_per_second: f64,
    /// Orders, those of transactions that ended after the time was up included.
    pub orders: u64,
}

/// Lets clients write for a while.
pub async fn written(
    server: &Server,
    database: &str,
    shape: Shape,
    clients: usize,
    duration: Duration,
    folding: Option<&App>,
) -> anyhow::Result<Written> {
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicU64::new(0));
    let mut writers = Vec::new();
    for _ in 0..clients {
        let client = server.connect(database).await?;
        writers.push(tokio::spawn(write(
            client,
            shape,
            Arc::clone(&stop),
            Arc::clone(&count),
        )));
    }
    let started = Instant::now();
    match folding {
        Some(app) => fold_until(app, started + duration).await?,
        None => tokio::time::sleep(duration).await,
    }
    let in_time = count.load(Relaxed) as f64;
    let seconds = started.elapsed().as_secs_f64();
    stop.store(true, Relaxed);
    for writer in writers {
        writer.await??;
    }
    Ok(Written {
        orders_per_second: in_time / seconds,
        orders: count.load(Relaxed),
    })
}

/// What `sync --follow` and `serve` do in the background while orders come in.
async fn fold_until(app: &App, end: Instant) -> anyhow::Result<()> {
    let mut folder = Folder::new(&app.database, &app.clock);
    while Instant::now() < end {
        folder.fold().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

async fn write(
    client: Client,
    shape: Shape,
    stop: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
) -> Result<(), tokio_postgres::Error> {
    let insert = client.prepare(include_str!("insert_orders.sql")).await?;
    let orders = shape.orders();
    while !stop.load(Relaxed) {
        if shape == Shape::HundredOneByOne {
            client.batch_execute("begin").await?;
            for _ in 0..100 {
                client.execute(&insert, &[&orders]).await?;
            }
            client.batch_execute("commit").await?;
            written.fetch_add(100, Relaxed);
        } else {
            client.execute(&insert, &[&orders]).await?;
            written.fetch_add(orders.unsigned_abs(), Relaxed);
        }
    }
    Ok(())
}

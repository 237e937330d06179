//! Orders that change in MongoDB all the time. There are so many of them, again and again: what grows is not the orders.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::ensure;
use bson::{DateTime, Document, doc};
use futures_util::future::try_join_all;
use mongodb::Collection;
use tokio::task::JoinHandle;
use tokio_postgres::Client;

const ORDERS: u64 = 10_000;
/// Of the last days, today included.
const DAYS: u64 = 7;
/// Changes are written in small groups: a collector does not write one order at a time either.
const GROUPS_A_SECOND: u32 = 100;
/// What an order costs, beside the number of its last change.
const AMOUNT: u64 = 1_000_000;

/// The orders, each with the number of the change that it was changed by last as part of its amount.
#[derive(Clone)]
pub struct Changes {
    collection: Collection<Document>,
    written: Arc<AtomicU64>,
}

/// Changes under way.
pub struct Changing {
    stop: Arc<AtomicBool>,
    task: JoinHandle<anyhow::Result<u64>>,
}

impl Changes {
    /// Stores every order once.
    pub async fn begin(collection: Collection<Document>) -> anyhow::Result<Self> {
        let orders: Vec<_> = (0..ORDERS).map(order).collect();
        collection.insert_many(&orders).await?;
        Ok(Self {
            collection,
            written: Arc::new(AtomicU64::new(ORDERS)),
        })
    }

    /// Waits until the live figures have every change that was written.
    pub async fn are_visible(&self, reader: &Client) -> anyhow::Result<()> {
        let since = Instant::now();
        let written = self.written.load(Relaxed);
        // The last change of each order is in its amount.
        let wanted: u64 = (written - ORDERS..written)
            .map(|change| AMOUNT + change)
            .sum();
        let wanted = i64::try_from(wanted)?;
        let query =
            "select coalesce(sum(final_amount), 0)::bigint from orders where order_code like 'B%'";
        while reader.query_one(query, &[]).await?.get::<_, i64>(0) != wanted {
            ensure!(
                since.elapsed() < Duration::from_secs(120),
                "change {written} is not visible"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Changes so many orders a second until it is stopped.
    pub fn keep_changing(&self, rate: u32) -> Changing {
        let stop = Arc::new(AtomicBool::new(false));
        let (changes, stopped) = (self.clone(), Arc::clone(&stop));
        let task = tokio::spawn(async move { changes.change(rate, &stopped).await });
        Changing { stop, task }
    }

    async fn change(&self, rate: u32, stop: &AtomicBool) -> anyhow::Result<u64> {
        let started = Instant::now();
        let mut number = ORDERS;
        while !stop.load(Relaxed) {
            let due = started + Duration::from_secs(number - ORDERS) / rate;
            tokio::time::sleep_until(due.into()).await;
            let group = number..number + u64::from(rate.div_ceil(GROUPS_A_SECOND));
            number = group.end;
            try_join_all(group.map(|number| self.write(number))).await?;
            self.written.store(number, Relaxed);
        }
        Ok(number - ORDERS)
    }

    async fn write(&self, change: u64) -> anyhow::Result<()> {
        let changed = order(change);
        let which = doc! { "_id": changed.get_str("_id")? };
        let replaced = self.collection.replace_one(which, changed).await?;
        ensure!(replaced.matched_count == 1, "change {change} has no order");
        Ok(())
    }
}

impl Changing {
    /// Ends it; how many changes were written.
    pub async fn stop(self) -> anyhow::Result<u64> {
        self.stop.store(true, Relaxed);
        self.task.await?
    }
}

/// An order as a change leaves it.
fn order(change: u64) -> Document {
    let number = change % ORDERS;
    let now = DateTime::now();
    let seconds = now.timestamp_millis() / 1_000;
    let status = ["READY_TO_SHIP", "SHIPPED", "COMPLETED"][(change / ORDERS % 3) as usize];
    doc! {
        "_id": format!("B{number:08}"), "order_sn": format!("B{number:08}"), "order_status": status,
        "currency": "VND", "region": "VN", "cod": true,
        "create_time": seconds - seconds % 86_400 - (number % DAYS) as i64 * 86_400, "update_time": seconds,
        "total_amount": (AMOUNT + change) as i64,
        "buyer_user_id": number as i64 + 1, "recipient_address": { "state": "Cần Thơ", "city": "Ninh Kiều", "name": "****" },
        "item_list": [
            { "item_id": 51_000_000_001_i64, "model_quantity_purchased": 2, "model_original_price": 120_000 },
            { "item_id": 51_000_000_002_i64, "model_quantity_purchased": 1, "model_original_price": 90_000 },
        ],
        "updatedAt": now,
    }
}

//! A schema that is upgraded while orders are written, with changes waiting in the journals, keeps its figures exact.

use std::path::Path;
use std::time::Duration;

use daybook::aggregate::Folder;
use tokio_postgres::Client;

use crate::exact_at_every_commit::app;
use crate::world::{World, live_statistics_equal_a_recount, statistics_equal_a_recount};

/// The migrations in their order, with their versions.
fn migrations() -> Vec<(u32, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter_map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            let version = name.strip_prefix('V')?.split_once("__")?.0.parse().ok()?;
            Some((version, std::fs::read_to_string(entry.path()).unwrap()))
        })
        .collect();
    found.sort_unstable();
    found
}

/// A database of an older program, in mode incremental.
async fn at_version(newest: u32) -> World {
    let world = World::empty().await;
    let client = world.client().await;
    for (_, migration) in migrations()
        .iter()
        .filter(|(version, _)| *version <= newest)
    {
        apply(&client, migration).await;
    }
    let business = "
        insert into business_settings (time_zone, currency, statistics_mode)
        values ('Asia/Ho_Chi_Minh', 'VND', 'incremental');
        select enable_statistics_triggers('incremental')";
    client.batch_execute(business).await.unwrap();
    world
}

async fn apply(client: &Client, migration: &str) {
    let whole = format!("begin; {migration}; commit");
    client.batch_execute(&whole).await.unwrap();
}

/// Orders of three days, of products with and without a category.
fn orders(prefix: &str) -> String {
    format!(
        "insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, region,
                             shop_id, lines)
         select '{prefix}' || n, (array['tiktok', 'shopee'])[1 + n % 2], (array['pending', 'completed', 'cancelled'])[1 + n % 3],
                100, nullif(n % 4, 0), 100 - n % 4, timestamp '2026-03-01 22:00' + n * interval '1 hour',
                (array['Huế', null])[1 + n % 2], 's' || n % 2,
                array[row((n % 3)::text, null, 1, 60, n % 4, 60 - n % 4)::order_line,
                      row((n % 5)::text, null, 1, 40, 0, 40)::order_line]
         from generate_series(1, 40) n;"
    )
}

const CHANGES: &str = "
    update orders set status = 'completed', region = 'Hà Nội' where id % 3 = 0;
    update orders set order_date = order_date + interval '1 day' where id % 7 = 0;
    update orders set lines = lines[1:1] where id % 5 = 0;
    update orders set id = id + 1000000 where id % 11 = 0;
    delete from orders where id % 13 = 0;";

/// Hazard 12: the journal's new shape. What waits in the old one is counted, and a writer in the middle is waited for.
#[tokio::test]
async fn to_a_journal_by_status() {
    let world = at_version(16).await;
    let (client, writer) = (world.client().await, world.client().await);
    let products = "insert into product_categories (platform, product_id, category_id)
                    select p, n::text, 'c' || n % 2 from unnest(array['tiktok', 'shopee']) p, generate_series(0, 3) n";
    client.batch_execute(products).await.unwrap();
    client
        .batch_execute(&(orders("waiting-") + CHANGES))
        .await
        .unwrap();
    live_statistics_equal_a_recount(&client).await;
    writer
        .batch_execute(&format!("begin; {}", orders("open-")))
        .await
        .unwrap();

    let (_, migration) = migrations()
        .into_iter()
        .find(|(version, _)| *version == 17)
        .unwrap();
    let migrating = world.client().await;
    let upgrade = tokio::spawn(async move { apply(&migrating, &migration).await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!upgrade.is_finished(), "it does not wait for the writer");
    live_statistics_equal_a_recount(&client).await;
    writer
        .batch_execute(
            "update orders set region = 'Cần Thơ' where order_code like 'open-1%'; commit",
        )
        .await
        .unwrap();
    upgrade.await.unwrap();
    live_statistics_equal_a_recount(&client).await;

    for (version, migration) in migrations() {
        if version > 17 {
            apply(&client, &migration).await;
        }
    }
    client
        .batch_execute(&(orders("new-") + CHANGES))
        .await
        .unwrap();
    live_statistics_equal_a_recount(&client).await;
    let app = app(&world);
    Folder::new(&app.database, &app.clock)
        .fold_all()
        .await
        .unwrap();
    statistics_equal_a_recount(&client).await;
}

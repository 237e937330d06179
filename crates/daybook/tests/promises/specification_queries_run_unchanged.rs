//! The queries of the specification run as written there, and are right.

use tokio_postgres::{Client, SimpleQueryMessage};

use crate::world::World;

/// Six orders: five in November 2024, one of them late in the evening, and one today.
const ORDERS: &str = "
insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date)
values
    ('A1', 'tiktok', 'completed', 100, 10,  90, '2024-11-03 08:00'),
    ('A2', 'tiktok', 'cancelled', 200, 20, 180, '2024-11-03 23:59:59'),
    ('A3', 'tiktok', 'completed', 300,  0, 300, '2024-11-04 00:00'),
    ('A1', 'shopee', 'completed', 500, 50, 450, '2024-11-04 12:00'),
    ('B2', 'shopee', 'pending',   700, null, 700, '2024-12-01 12:00')";

async fn world() -> (World, Client) {
    let world = World::migrated().await;
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    let today =
        "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
                 values ('C1', 'lazada', 'completed', 40, 40, now())";
    client.batch_execute(today).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    (world, client)
}

/// The rows of a query as text, null as an empty text.
async fn rows(client: &Client, query: &str) -> Vec<Vec<String>> {
    let messages = client.simple_query(query).await.unwrap();
    messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|column| row.get(column).unwrap_or_default().to_owned())
                    .collect(),
            ),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn revenue_of_seven_days() {
    let (_world, client) = world().await;
    let found = rows(
        &client,
        include_str!("specification/4_1_revenue_of_seven_days.sql"),
    )
    .await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0][1..], ["lazada", "1", "40.00", "0.00"]);
}

#[tokio::test]
async fn comparison_of_platforms() {
    let (_world, client) = world().await;
    let found = rows(
        &client,
        include_str!("specification/4_2_comparison_of_platforms.sql"),
    )
    .await;
    let named: Vec<_> = found
        .iter()
        .map(|row| (&*row[0], &*row[1], &*row[2]))
        .collect();
    assert_eq!(
        named,
        [("shopee", "1", "450.00"), ("tiktok", "3", "390.00")]
    );
}

#[tokio::test]
async fn monthly_trend() {
    let (_world, client) = world().await;
    let found = rows(&client, include_str!("specification/4_3_monthly_trend.sql")).await;
    let of_2024: Vec<_> = found
        .iter()
        .filter(|row| row[0].starts_with("2024"))
        .map(|row| (&row[0][..7], &*row[1], &*row[2], &*row[3]))
        .collect();
    let wanted = [
        ("2024-12", "shopee", "1", "0.00"),
        ("2024-11", "shopee", "1", "450.00"),
        ("2024-11", "tiktok", "3", "390.00"),
    ];
    assert_eq!(of_2024, wanted);
}

#[tokio::test]
async fn validation_query() {
    let (_world, client) = world().await;
    let query = include_str!("specification/5_validation.sql");
    assert_eq!(rows(&client, query).await, Vec::<Vec<String>>::new());
    let spoil = "update daily_order_statistics set total_orders = 4 where stat_date = '2024-11-03'";
    client.batch_execute(spoil).await.unwrap();
    assert_eq!(
        rows(&client, query).await,
        [["2024-11-03", "tiktok", "4", "2", "2"]]
    );
}

#[tokio::test]
async fn queue_monitor() {
    let (world, client) = world().await;
    let query = include_str!("specification/3_2_queue.sql");
    assert_eq!(rows(&client, query).await, Vec::<Vec<String>>::new());
    let by_hand = "insert into stats_rebuild_queue (stat_date) values ('2024-11-04'), ('2024-11-03'), ('2024-11-03')";
    client.batch_execute(by_hand).await.unwrap();
    assert_eq!(rows(&client, query).await, [["2024-11-03"], ["2024-11-04"]]);
    client
        .batch_execute("delete from stats_rebuild_queue where stat_date = '2024-11-03'")
        .await
        .unwrap();
    assert_eq!(rows(&client, query).await, [["2024-11-04"]]);
    client
        .batch_execute("update stats_rebuild_queue set needs_rebuild = false")
        .await
        .unwrap();
    assert_eq!(rows(&client, query).await, Vec::<Vec<String>>::new());
    world.run(&["aggregate"]).exits_with(0);
    let kept = "select stat_date, needs_rebuild from stats_rebuild_queue";
    assert_eq!(rows(&client, kept).await, [["2024-11-04", "f"]]);
}

#[tokio::test]
async fn a_finished_day_is_final_and_today_is_not() {
    let (_world, client) = world().await;
    let query = "select platform, bool_and(is_final) from daily_order_statistics group by platform order by platform";
    assert_eq!(
        rows(&client, query).await,
        [["lazada", "f"], ["shopee", "t"], ["tiktok", "t"]]
    );
}

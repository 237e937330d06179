//! All figures of an answer are of one instant, whatever is written and folded meanwhile.

use daybook::report::Decimal;
use serde_json::Value;

use super::{good, rows, serve};
use crate::report::Business;

#[tokio::test]
async fn totals_never_move_while_orders_do() {
    let business = Business::open().await;
    let service = serve(&business);
    // Orders wander between days, shops, provinces and states; the range as a whole keeps what it has.
    let mut writers = Vec::new();
    for writer in 0..2 {
        let client = business.world.client().await;
        writers.push(tokio::spawn(async move {
            for step in 0.. {
                let sql = format!(
                    "update orders set order_date = timestamp '2026-11-04' + ((random() * 8)::int || ' days')::interval,
                         shop_id = 'shop ' || (random() * 3)::int, region = (array['Hà Nội', 'Huế', null])[1 + (random() * 2)::int],
                         status = (array['pending', 'completed', 'cancelled'])[1 + (random() * 2)::int]
                     where id in (select id from orders where order_date >= '2026-11-04' and order_date < '2026-11-13'
                                  and id % 2 = {writer} order by id offset {} limit 25)",
                    step * 25 % 300
                );
                client.batch_execute(&sql).await.unwrap();
            }
        }));
    }
    let folder = business.world.client().await;
    let count = business
        .recount("order_date >= '2026-11-04' and order_date < '2026-11-13'")
        .await;
    drop(folder);
    let range = "from=2026-11-04&to=2026-11-12";
    let amount = |value: &Value| {
        value
            .as_str()
            .unwrap()
            .parse::<Decimal>()
            .unwrap()
            .hundredths()
    };
    for _ in 0..25 {
        for address in [
            "daily",
            "weekly",
            "totals",
            "platforms",
            "shops",
            "regions",
            "categories",
        ] {
            let body = good(&service, &format!("/api/v1/{address}?{range}")).await;
            let totals = &body["totals"];
            let sums = |name: &str| {
                rows(&body)
                    .iter()
                    .map(|row| row[name].as_i64().unwrap())
                    .sum::<i64>()
            };
            let money = |name: &str| {
                rows(&body)
                    .iter()
                    .map(|row| amount(&row[name]))
                    .sum::<i128>()
            };
            if address != "weekly" {
                assert_eq!(totals["total_orders"], count.total_orders, "{address}");
                assert_eq!(
                    amount(&totals["gross_merchandise_value"]),
                    count.gross_merchandise_value.hundredths(),
                    "{address}"
                );
            }
            for name in ["gross_merchandise_value", "total_revenue", "total_discount"] {
                assert_eq!(money(name), amount(&totals[name]), "{name} of {address}");
            }
            // An order counts in each category that it touches.
            if address != "categories" {
                for name in [
                    "total_orders",
                    "completed_orders",
                    "cancelled_orders",
                    "pending_orders",
                ] {
                    assert_eq!(totals[name], sums(name), "{name} of {address}");
                }
            }
        }
    }
    for writer in writers {
        assert!(!writer.is_finished(), "a writer failed");
        writer.abort();
    }
}

//! Every figure of every address is what a recount of the orders says, and the orders behind each row add up to it.

use daybook::report::{Decimal, Measures};
use serde_json::{Value, json};

use super::{good, rows, serve};
use crate::report::Business;
use crate::service::Service;

/// The figures of a row are those of a recount.
#[track_caller]
fn equal(row: &Value, measures: &Measures) {
    let expected = serde_json::to_value(measures).unwrap();
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&row[name], value, "{name} of {row}");
    }
}

fn quoted(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("= '{}'", text.replace('\'', "''")),
        None => "is null".to_owned(),
    }
}

fn day(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap().to_owned()
}

fn days(from: &str, to: &str) -> String {
    format!("order_date >= '{from}' and order_date < date '{to}' + 1")
}

fn decimal(value: &Value) -> i128 {
    value
        .as_str()
        .unwrap()
        .parse::<Decimal>()
        .unwrap()
        .hundredths()
}

/// All orders behind a row, by its own address: how many of each status, and their amounts.
async fn behind(service: &Service, row: &Value, measure: &str) -> Value {
    let url = format!(
        "{}&limit=500&measure={measure}",
        row["orders_url"].as_str().unwrap()
    );
    let mut next = url.clone();
    let (mut total, mut completed, mut cancelled, mut pending) = (0, 0, 0, 0);
    let (mut gmv, mut discount, mut revenue) = (0, 0, 0);
    loop {
        let page = good(service, &next).await;
        for order in rows(&page) {
            let part = |name: &str| {
                let of_category = &order[format!("category_{name}")];
                decimal(if of_category.is_null() {
                    &order[name]
                } else {
                    of_category
                })
            };
            total += 1;
            gmv += part("total_amount");
            discount += part("discount_amount");
            match order["status"].as_str().unwrap() {
                "completed" => {
                    completed += 1;
                    revenue += part("final_amount");
                }
                "cancelled" => cancelled += 1,
                _ => pending += 1,
            }
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = format!("{url}&cursor={cursor}");
    }
    json!({
        "total_orders": total, "completed_orders": completed, "cancelled_orders": cancelled,
        "pending_orders": pending,
        "gross_merchandise_value": Decimal::from_hundredths(gmv),
        "total_discount": Decimal::from_hundredths(discount),
        "total_revenue": Decimal::from_hundredths(revenue),
    })
}

/// Each figure is what the orders behind it add up to.
async fn opens(service: &Service, row: &Value) {
    let mut found = behind(service, row, "total_orders").await;
    // Amounts that lines do not explain are without category, and their orders behind the money alone.
    if row.get("category_id").is_some_and(Value::is_null) {
        for money in ["gross_merchandise_value", "total_discount", "total_revenue"] {
            found[money] = behind(service, row, money).await[money].take();
        }
    }
    for (name, value) in found.as_object().unwrap() {
        assert_eq!(&row[name], value, "{name} of {row}");
    }
}

#[tokio::test]
async fn periods_are_recounted_and_open_their_orders() {
    let business = Business::open().await;
    let service = serve(&business);
    for (filter, condition) in [
        ("", "true"),
        ("&platform=shopee", "platform = 'shopee'"),
        (
            "&platform=lazada,tiktok",
            "platform in ('lazada', 'tiktok')",
        ),
        (
            "&shop=%3Dcmd%7C%27%2Fc+calc%27%21A0",
            "shop_id = '=cmd|''/c calc''!A0'",
        ),
        (
            "&shop=&platform=tiktok",
            "shop_id is null and platform = 'tiktok'",
        ),
    ] {
        for (address, start, end) in [
            ("daily", "stat_date", "stat_date"),
            ("weekly", "week_start", "week_end"),
            ("monthly", "month_start", "month_end"),
            ("totals", "from", "to"),
            ("platforms", "", ""),
        ] {
            for by in ["", "&by=total"] {
                if by == "&by=total" && ["totals", "platforms"].contains(&address) {
                    continue;
                }
                let path = format!("/api/v1/{address}?from=2026-11-01&to=2026-11-11{filter}{by}");
                let body = good(&service, &path).await;
                let shown = days(&day(&body["range"], "from"), &day(&body["range"], "to"));
                equal(
                    &body["totals"],
                    &business.recount(&format!("{condition} and {shown}")).await,
                );
                assert!(!rows(&body).is_empty() || filter.contains("shop"), "{path}");
                let mut opened = 0;
                for row in rows(&body) {
                    let mut condition = match start {
                        "" => format!("{condition} and {shown}"),
                        _ => format!("{condition} and {}", days(&day(row, start), &day(row, end))),
                    };
                    if let Some(platform) = row["platform"].as_str() {
                        condition += &format!(" and platform = '{platform}'");
                    }
                    equal(row, &business.recount(&condition).await);
                    if opened < 4 {
                        opened += 1;
                        opens(&service, row).await;
                    }
                }
            }
        }
    }
    assert_eq!(service.stop(), Some(0));
}

#[tokio::test]
async fn breakdowns_are_recounted_and_open_their_orders() {
    let business = Business::open().await;
    let service = serve(&business);
    let shown = days("2026-11-08", "2026-11-12");
    let range = "from=2026-11-08&to=2026-11-12";

    for (filter, condition) in [
        ("", "true"),
        ("&platform=shopee,tiktok", "platform <> 'lazada'"),
    ] {
        let body = good(&service, &format!("/api/v1/shops?{range}{filter}")).await;
        for row in rows(&body) {
            let shop = quoted(&row["shop_id"]);
            let platform = quoted(&row["platform"]);
            let condition =
                format!("{condition} and {shown} and shop_id {shop} and platform {platform}");
            equal(row, &business.recount(&condition).await);
            opens(&service, row).await;
        }

        for division in ["VN-34", "VN-63", "none"] {
            let path = format!("/api/v1/regions?{range}{filter}&division={division}");
            let body = good(&service, &path).await;
            assert!(
                rows(&body).iter().any(|row| row["region"].is_null()),
                "{path}"
            );
            for (at, row) in rows(&body).iter().enumerate() {
                let region = quoted(&row["region"]);
                let place = match division {
                    "none" => "region".to_owned(),
                    _ => format!(
                        "(select n.province from province_names n where n.division = '{division}'
                          and n.folded = fold_place_name(orders.region))"
                    ),
                };
                let condition = format!("{condition} and {shown} and {place} {region}");
                equal(row, &business.recount(&condition).await);
                let name = row["region"].as_str().unwrap_or("'");
                if at < 4 || name.contains('\'') {
                    opens(&service, row).await;
                }
            }
        }

        for tree in ["", "&tree=true", "&tree=true&parent=100"] {
            let body = good(
                &service,
                &format!("/api/v1/categories?{range}{filter}{tree}"),
            )
            .await;
            for row in rows(&body) {
                // An order in two children counts twice in the parent, but is one order behind it.
                if row["has_children"] == json!(false) {
                    opens(&service, row).await;
                }
            }
            if tree.is_empty() {
                let gmv: i128 = rows(&body)
                    .iter()
                    .map(|row| decimal(&row["gross_merchandise_value"]))
                    .sum();
                assert_eq!(gmv, decimal(&body["totals"]["gross_merchandise_value"]));
            }
        }
    }

    // As SQL users see them.
    let categories = good(
        &service,
        &format!("/api/v1/categories?{range}&platform=shopee"),
    )
    .await;
    for row in rows(&categories) {
        let sql = format!(
            "select sum(total_orders)::bigint, sum(total_revenue)::text from daily_category_statistics_live
             where platform = 'shopee' and stat_date between '2026-11-08' and '2026-11-12' and category_id {}",
            quoted(&row["category_id"])
        );
        let found = business.client.query_one(&sql, &[]).await.unwrap();
        assert_eq!(row["total_orders"], json!(found.get::<_, i64>(0)));
        assert_eq!(row["total_revenue"], json!(found.get::<_, String>(1)));
    }
}

#[tokio::test]
async fn an_order_is_shown_whole() {
    let business = Business::open().await;
    let service = serve(&business);
    let row = business
        .client
        .query_one(
            "select platform, order_code, total_amount::text, discount_amount::text, final_amount::text,
                    cardinality(lines), status, date(order_date)::text
             from orders where cardinality(lines) > 1 and platform = 'shopee' order by order_code limit 1",
            &[],
        )
        .await
        .unwrap();
    let (platform, code): (String, String) = (row.get(0), row.get(1));
    let order = good(&service, &format!("/api/v1/orders/{platform}/{code}")).await;
    assert_eq!(order["total_amount"], json!(row.get::<_, String>(2)));
    assert_eq!(order["status"], json!(row.get::<_, String>(6)));
    assert_eq!(
        order["buckets"]["stat_date"],
        json!(row.get::<_, String>(7))
    );
    let lines = order["lines"].as_array().unwrap();
    assert_eq!(lines.len() as i32, row.get::<_, i32>(5));
    let sum = |name: &str| lines.iter().map(|line| decimal(&line[name])).sum::<i128>();
    assert_eq!(sum("discount_amount"), decimal(&order["discount_amount"]));
    assert_eq!(sum("final_amount"), decimal(&order["final_amount"]));
    assert_eq!(order["raw_document"]["order_code"], json!(code));
    let id = order["raw_document"]["id"].as_str().unwrap();
    assert!(
        serde_json::from_str::<serde_json::Value>(id).is_ok(),
        "{id}"
    );
    assert!(
        order["raw_document"]["streams"][0]
            .as_str()
            .unwrap()
            .contains("shopee")
    );

    // Hostile values are values.
    let order = good(&service, "/api/v1/orders/tiktok/HAND-3").await;
    assert_eq!(order["shop_id"], "<img src=x onerror=alert(1)>");
    assert_eq!(order["region"], "Đà Nẵng'; drop table orders; --");
    assert_eq!(order["lines"][0]["sku"], "=1");
    let (status, body) = service.get("/api/v1/orders/shopee/HAND-3").await;
    assert_eq!(
        (status, &body["type"]),
        (404, &json!("/docs/problems/not-found"))
    );

    let found = good(&service, "/api/v1/search?q=%20hand-").await;
    let codes: Vec<_> = rows(&found)
        .iter()
        .map(|order| day(order, "order_code"))
        .collect();
    assert_eq!(codes, ["HAND-1", "HAND-2", "HAND-3", "HAND-4", "HAND-5"]);
    let beginning = &code[..code.len() - 2];
    let found = good(&service, &format!("/api/v1/search?q={beginning}&limit=100")).await;
    let count: i64 = business
        .client
        .query_one(
            "select count(*) from orders where starts_with(order_code, $1)",
            &[&beginning],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(rows(&found).len() as i64, count);
    // An exact match leads.
    let found = good(&service, &format!("/api/v1/search?q={code}")).await;
    assert_eq!(rows(&found)[0]["order_code"], json!(code));
}

#[tokio::test]
async fn changes_of_closed_days_tell_before_and_after() {
    let business = Business::open().await;
    business.world.run(&["aggregate"]).exits_with(0);
    business
        .client
        .batch_execute("update orders set status = 'completed' where order_code = 'HAND-3'")
        .await
        .unwrap();
    business.world.run(&["aggregate"]).exits_with(0);
    let service = serve(&business);
    let body = good(&service, "/api/v1/changes?day=2026-11-09&platform=tiktok").await;
    // The newest first; what was not folded before came before it.
    let change = &rows(&body)[0];
    assert_eq!(change["cause"], "fold");
    assert_eq!(change["by_hand"], true);
    let revenue = |when: &str| decimal(&change[when]["total_revenue"]);
    assert_eq!(revenue("after") - revenue("before"), 1525);
    let count = |when: &str, name: &str| change[when][name].as_i64().unwrap();
    assert_eq!(
        count("after", "completed_orders") - count("before", "completed_orders"),
        1
    );
    assert_eq!(
        count("before", "cancelled_orders") - count("after", "cancelled_orders"),
        1
    );
    // The day says so.
    let body = good(&service, "/api/v1/daily?day=2026-11-09&platform=tiktok").await;
    assert_eq!(rows(&body)[0]["state"], "changed_after_final");
    assert_eq!(rows(&body)[0]["is_final"], true);
    let body = good(&service, "/api/v1/daily?day=2026-10-20&platform=shopee").await;
    assert_eq!(rows(&body)[0]["state"], "final");
}

#[tokio::test]
async fn today_is_compared_up_to_now() {
    let business = Business::open().await;
    // An order at the first moment of today and of yesterday, and one at the last of yesterday, which is not over yet today.
    business
        .client
        .batch_execute(
            "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             select 'NOW-' || n, 'shopee', 'pending', 100, 100, t
             from (values
                 (1, (now() at time zone 'Asia/Ho_Chi_Minh')::date + interval '0'),
                 (2, (now() at time zone 'Asia/Ho_Chi_Minh')::date + interval '0'),
                 (3, (now() at time zone 'Asia/Ho_Chi_Minh')::date - interval '1 day'),
                 (4, (now() at time zone 'Asia/Ho_Chi_Minh')::date - interval '1 microsecond')
             ) o (n, t)",
        )
        .await
        .unwrap();
    let service = serve(&business);
    let body = good(
        &service,
        "/api/v1/daily?preset=today&compare=previous_period",
    )
    .await;
    let compare = &body["compare"];
    assert_eq!(compare["mode"], "previous_period");
    assert_eq!(
        compare["total_orders"],
        json!({ "value": 1, "change": 1, "change_percent": "100.00" })
    );
    assert_eq!(
        compare["gross_merchandise_value"],
        json!({ "value": "100.00", "change": "100.00", "change_percent": "100.00" })
    );
    assert_eq!(compare["until"].as_str().unwrap().len(), 8);
    assert!(compare.get("total_revenue").is_none());

    let body = good(
        &service,
        "/api/v1/totals?from=2026-11-10&to=2026-11-11&compare=same_weekday",
    )
    .await;
    let compare = &body["compare"];
    assert_eq!(
        (&compare["from"], &compare["until"]),
        (&json!("2026-11-03"), &Value::Null)
    );
    let before = business.recount(&days("2026-11-03", "2026-11-04")).await;
    let now = business.recount(&days("2026-11-10", "2026-11-11")).await;
    assert_eq!(compare["total_orders"]["value"], json!(before.total_orders));
    assert_eq!(
        compare["total_revenue"]["change"],
        json!(Decimal::from_hundredths(
            now.total_revenue.hundredths() - before.total_revenue.hundredths()
        ))
    );
    assert_eq!(compare["cancellation_rate"]["change_percent"], Value::Null);
}

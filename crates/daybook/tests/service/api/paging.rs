//! Pages show every order exactly once, while orders come in.

use std::collections::HashSet;

use serde_json::Value;

use super::{good, rows, serve};
use crate::report::Business;

#[tokio::test]
async fn every_order_is_shown_once_while_writers_insert() {
    let business = Business::open().await;
    let service = serve(&business);
    let before: Vec<(String, String)> = business
        .client
        .query(
            "select platform, order_code from orders where order_date >= '2026-10-20' and order_date < '2026-11-13'",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    // Many orders of the same instant, so that pages end in the middle of them.
    let writer = business.world.client().await;
    let writing = tokio::spawn(async move {
        for number in 0.. {
            let sql = format!(
                "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
                 values ('LATE-{number}', 'tiktok', 'pending', 1, 1, timestamp '2026-10-20' + {number} * interval '7 minutes 13 seconds')"
            );
            writer.batch_execute(&sql).await.unwrap();
        }
    });
    business
        .client
        .batch_execute(
            "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             select 'SAME-' || n, 'shopee', 'pending', 1, 1, '2026-11-01 10:00' from generate_series(1, 60) n",
        )
        .await
        .unwrap();
    let mut shown = HashSet::new();
    let mut last: Option<(String, String, String)> = None;
    let mut path = "/api/v1/orders?from=2026-10-20&to=2026-11-12&limit=37".to_owned();
    loop {
        let page = good(&service, &path).await;
        for order in rows(&page) {
            let text = |name: &str| order[name].as_str().unwrap().to_owned();
            let key = (text("order_date"), text("platform"), text("order_code"));
            assert!(
                last.as_ref().is_none_or(|last| key < *last),
                "{key:?} after {last:?}"
            );
            assert!(
                shown.insert((key.1.clone(), key.2.clone())),
                "{key:?} twice"
            );
            last = Some(key);
        }
        let Value::String(cursor) = &page["next_cursor"] else {
            break;
        };
        path = format!("/api/v1/orders?from=2026-10-20&to=2026-11-12&limit=37&cursor={cursor}");
    }
    writing.abort();
    for order in before {
        assert!(shown.contains(&order), "{order:?} is missing");
    }
    let same = shown
        .iter()
        .filter(|(_, code)| code.starts_with("SAME-"))
        .count();
    assert_eq!(same, 60);
}

#[tokio::test]
async fn the_link_header_leads_on() {
    let business = Business::open().await;
    let service = serve(&business);
    let mut path =
        "/api/v1/orders?day=2026-11-10&region=&division=none&limit=5&measure=total_orders"
            .to_owned();
    let mut count = 0;
    loop {
        let response = service
            .request(reqwest::Method::GET, &path)
            .send()
            .await
            .unwrap();
        let link = response
            .headers()
            .get("link")
            .map(|link| link.to_str().unwrap().to_owned());
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        count += rows(&body).len();
        assert_eq!(link.is_some(), body["next_cursor"].is_string());
        let Some(link) = link else { break };
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    let expected = business
        .recount("order_date::date = '2026-11-10' and region is null")
        .await;
    assert_eq!(count as i64, expected.total_orders);
    assert!(count > 5);

    let runs = good(&service, "/api/v1/runs?limit=1").await;
    assert_eq!(rows(&runs).len(), 1);
    let cursor = runs["next_cursor"].as_str().unwrap();
    let next = good(&service, &format!("/api/v1/runs?limit=500&cursor={cursor}")).await;
    // Runs that have begun since are not among them.
    let first: i64 = rows(&runs)[0]["id"].as_str().unwrap().parse().unwrap();
    let older: i64 = business
        .client
        .query_one("select count(*) from job_runs where id < $1", &[&first])
        .await
        .unwrap()
        .get(0);
    assert_eq!(rows(&next).len() as i64, older, "{next}");
    let id = rows(&next)[0]["id"].as_str().unwrap();
    let run = good(&service, &format!("/api/v1/runs/{id}")).await;
    assert_eq!(&run, &rows(&next)[0]);
}

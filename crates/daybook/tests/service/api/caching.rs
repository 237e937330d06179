//! An unchanged answer is 304; a changed one is never taken for it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::{good, rows, serve};
use crate::report::Business;
use crate::service::Service;

async fn tag(service: &Service, path: &str) -> String {
    let response = service.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "private, no-cache");
    response.headers()["etag"].to_str().unwrap().to_owned()
}

async fn status(service: &Service, path: &str, tag: &str) -> u16 {
    let request = service
        .request(Method::GET, path)
        .header("if-none-match", tag);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert!(response.headers().contains_key("etag"));
    if status == 304 {
        assert_eq!(response.text().await.unwrap(), "");
    }
    status
}

#[tokio::test]
async fn tags_follow_the_data() {
    let business = Business::open().await;
    let service = serve(&business);
    // Nothing is left to fold or close, so figures do not move by themselves.
    business.world.run(&["aggregate"]).exits_with(0);
    for path in [
        "/api/v1/daily?from=2026-11-01&to=2026-11-12",
        "/api/v1/daily?from=2026-11-01&to=2026-11-12&format=csv",
        "/api/v1/daily?from=2026-11-01&to=2026-11-12&format=xlsx",
        "/api/v1/orders?day=2026-11-10&limit=500",
        "/api/v1/regions?day=2026-11-10",
    ] {
        let first = tag(&service, path).await;
        assert_eq!(status(&service, path, &first).await, 304, "{path}");
        assert_eq!(
            status(&service, path, &format!("\"x\", {first}")).await,
            304,
            "{path}"
        );
        assert_eq!(status(&service, path, "\"x\"").await, 200, "{path}");
        // Another process says the same of the same data.
        let other = serve(&business);
        assert_eq!(status(&other, path, &first).await, 304, "{path}");
        drop(other);
        business
            .client
            .batch_execute(
                "update orders set total_amount = total_amount + 1 where order_code = 'HAND-1'",
            )
            .await
            .unwrap();
        assert_eq!(status(&service, path, &first).await, 200, "{path}");
        business
            .client
            .batch_execute(
                "update orders set total_amount = total_amount - 1 where order_code = 'HAND-1'",
            )
            .await
            .unwrap();
        business.world.run(&["aggregate"]).exits_with(0);
        if !path.contains("2026-11-01") {
            // The days say by now that they have changed since they were closed; these answers do not tell.
            assert_eq!(status(&service, path, &first).await, 304, "{path}");
        }
    }
}

#[tokio::test]
async fn what_was_committed_is_in_the_next_answer() {
    let business = Business::open().await;
    let service = serve(&business);
    let path = "/api/v1/totals?day=2026-11-11";
    let total = |body: &Value| rows(body)[0]["total_orders"].as_i64().unwrap();
    let mut expected = total(&good(&service, path).await);
    for number in 0..200 {
        let sql = format!(
            "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             values ('NEXT-{number}', 'tiktok', 'pending', 1, 1, '2026-11-11')"
        );
        business.client.batch_execute(&sql).await.unwrap();
        expected += 1;
        assert_eq!(total(&good(&service, path).await), expected);
    }
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let business = Business::open().await;
    let service = serve(&business);
    let path = "/api/v1/daily?from=2026-10-20&to=2026-11-12";
    let plain = service.request(Method::GET, path).send().await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    let plain = plain.bytes().await.unwrap();
    let request = service
        .request(Method::GET, path)
        .header("accept-encoding", "gzip");
    let packed = request.send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let packed = packed.bytes().await.unwrap();
    assert!(
        packed.len() * 3 < plain.len(),
        "{} of {}",
        packed.len(),
        plain.len()
    );
}

/// Orders keep coming in, and several clients ask for the same figures as fast as they can: none is told of more than was
/// committed, of less than before, or of a moment longer ago than a second; and the last order is in the figures of everyone
/// within a second.
#[tokio::test]
async fn many_who_ask_the_same_share_figures_of_the_last_second() {
    const ORDERS: i64 = 300;
    let business = Business::open().await;
    let service = serve(&business);
    let path = "/api/v1/totals?day=2026-11-11";
    let total = |body: &Value| rows(body)[0]["total_orders"].as_i64().unwrap();
    let before = total(&good(&service, path).await);
    let all_in = AtomicBool::new(false);
    let writing = async {
        for number in 0..ORDERS {
            let sql = format!(
                "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
                 values ('SHARED-{number}', 'tiktok', 'pending', 1, 1, '2026-11-11')"
            );
            business.client.batch_execute(&sql).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        all_in.store(true, Relaxed);
    };
    let asking = async || {
        let (mut last, mut answers) = (before, 0);
        loop {
            let is_last = all_in.load(Relaxed);
            let body = good(&service, path).await;
            let now = total(&body);
            assert!(now >= last, "{now} after {last}");
            assert!(now <= before + ORDERS);
            last = now;
            answers += 1;
            if is_last {
                return (last, answers);
            }
        }
    };
    let ((), one, two, three) = tokio::join!(writing, asking(), asking(), asking());
    for (last, answers) in [one, two, three] {
        assert_eq!(last, before + ORDERS);
        assert!(answers > 10, "{answers}");
    }
}

//! Bad parameters get a message that names the fix.

use serde_json::{Value, json};

use super::{rows, serve};
use crate::access::people::create_token;
use crate::report::Business;
use crate::service::Service;

async fn refused(service: &Service, path: &str) -> Value {
    let (status, body) = service.get(path).await;
    assert_eq!(status, 422, "{path}: {body}");
    body
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let business = Business::open().await;
    let service = serve(&business);
    let body = refused(&service, "/api/v1/daily?form=x&plattform=y&to=1&to=2").await;
    let errors: Vec<_> = rows(&json!({ "data": body["errors"] }))
        .iter()
        .map(|error| {
            (
                error["parameter"].clone(),
                error["detail"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(errors.len(), 3, "{body}");
    assert!(errors[1].1.contains("did you mean platform?"), "{body}");
    assert!(errors[2].1.contains("more than once"), "{body}");

    let body = refused(
        &service,
        "/api/v1/daily?preset=7days&platform=shoppe&compare=yesterday&format=pdf&bom=yes&by=shop",
    )
    .await;
    let names: Vec<_> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["parameter"])
        .collect();
    for name in ["preset", "platform", "compare", "format", "bom", "by"] {
        assert!(names.contains(&&json!(name)), "{name}: {body}");
    }
    assert!(body.to_string().contains("did you mean shopee?"), "{body}");
}

#[tokio::test]
async fn ranges_are_checked() {
    let business = Business::open().await;
    let service = serve(&business);
    let body = refused(&service, "/api/v1/daily?from=2020-01-01&to=2026-03-20").await;
    assert_eq!(body["type"], "/docs/problems/range-too-long");
    assert_eq!(
        body["detail"],
        "2020-01-01 to 2026-03-20 is 2271 days; at most 1100 are served at once."
    );
    assert_eq!(
        body["errors"],
        json!([{ "parameter": "from", "detail": "not before 2023-03-17" }])
    );
    assert_eq!(body["hint"], "use /api/v1/monthly");
    assert_eq!(
        service
            .get("/api/v1/daily?from=2023-03-17&to=2026-03-20")
            .await
            .0,
        200
    );
    assert_eq!(
        service
            .get("/api/v1/monthly?from=2020-01-01&to=2026-03-20")
            .await
            .0,
        200
    );

    for query in [
        "from=2026-03-20&to=2026-03-19",
        "to=2026-03-19",
        "from=20260319",
        "from=2026-3-19",
        "from=2026-02-30",
        "from=-002026-01-01",
        "day=2026-03-19T00:00",
        "day=2026-03-19&preset=today",
        "day=",
        "preset=",
        "platform=",
        "platform=shopee,",
    ] {
        refused(&service, &format!("/api/v1/daily?{query}")).await;
    }
    for path in [
        "/api/v1/orders?limit=0",
        "/api/v1/orders?limit=501",
        "/api/v1/orders?limit=+5",
        "/api/v1/orders?limit=99999999999999999999",
        "/api/v1/orders?cursor=x",
        "/api/v1/orders?category=1",
        "/api/v1/orders?category=1&platform=shopee,tiktok",
        "/api/v1/categories?parent=1",
        "/api/v1/categories?shop=1",
        "/api/v1/regions?division=VN-35",
        "/api/v1/changes",
        "/api/v1/search",
        "/api/v1/runs?cursor=-1",
        "/api/v1/runs/x",
        "/api/v1/runs/99999999999999999999",
        "/api/v1/quarantine?reason=because",
        "/api/v1/queue?x=1",
        "/api/v1/orders/amazon/1",
    ] {
        let body = refused(&service, path).await;
        assert!(body["errors"][0]["detail"].is_string(), "{body}");
    }
    // The ends of the calendar.
    for day in ["0001-01-01", "9999-12-31"] {
        for address in ["daily", "weekly", "monthly", "totals", "regions", "orders"] {
            let (status, body) = service.get(&format!("/api/v1/{address}?day={day}")).await;
            assert_eq!(status, 200, "{address} {day}: {body}");
        }
    }
}

#[tokio::test]
async fn every_problem_leads_to_its_page() {
    let business = Business::open().await;
    let service = serve(&business);
    for path in [
        "/api/v1/nothing",
        "/api/v1/daily?x=1",
        "/api/v1/daily?from=2000-01-01",
    ] {
        let (_, body) = service.get(path).await;
        let page = body["type"].as_str().unwrap();
        let (status, text) = service.get(page).await;
        assert_eq!(status, 200, "{page}");
        assert!(text.as_str().unwrap().contains("What to do"), "{text}");
    }
    let response = service
        .request(reqwest::Method::POST, "/api/v1/daily")
        // Whoever may change nothing is told that first.
        .bearer_auth(create_token(&business.world, "viewer"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
}

//! Alerts over HTTP: pages of them, and parameters that are refused.

use super::stand::Stand;
use crate::service::Service;

#[tokio::test]
async fn alerts_come_in_pages_the_newest_first() {
    let stand = Stand::new().await;
    stand
        .sql(
            "insert into alerts
             select 'lag:' || n, at, 'lag', 'warning', 'orders', 1, 1, 'seconds', 'm', 'm', 'h', 'h', '/operations', at, null, at,
                    case when n > 2 then at end
             from generate_series(1, 7) n, lateral (select timestamptz '2026-03-20T00:00:00+07' - n / 2 * interval '1 minute') t (at);
             insert into alert_deliveries select condition_key, began_at, 'fired', 'slack', began_at, 1, null, began_at from alerts",
        )
        .await;
    let service = Service::start(&stand.world);
    let mut keys = Vec::new();
    let mut path = "/api/v1/alerts?limit=3".to_owned();
    loop {
        let (status, body) = service.get(&path).await;
        assert_eq!(status, 200, "{body}");
        let page = body["data"].as_array().unwrap();
        assert!(page.len() <= 3);
        keys.extend(
            page.iter()
                .map(|alert| alert["key"].as_str().unwrap().to_owned()),
        );
        match body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/alerts?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(
        keys,
        [
            "lag:1", "lag:3", "lag:2", "lag:5", "lag:4", "lag:7", "lag:6"
        ]
    );

    let (_, open) = service.get("/api/v1/alerts?state=open").await;
    assert_eq!(open["data"].as_array().unwrap().len(), 2);
    assert_eq!(open["data"][0]["deliveries"][0]["channel"], "slack");
    assert_eq!(open["data"][0]["message"]["en"], "m");
    assert_eq!(open["next_cursor"], serde_json::Value::Null);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_the_test_is_for_admins() {
    let stand = Stand::new().await;
    let service = Service::start(&stand.world);
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("state=no", "state"),
        ("page=2", "page"),
    ] {
        let (status, body) = service.get(&format!("/api/v1/alerts?{query}")).await;
        assert_eq!(
            (status, &body["errors"][0]["parameter"]),
            (422, &parameter.into()),
            "{body}"
        );
    }
    let tried = service
        .request(reqwest::Method::POST, "/api/v1/alerts/test")
        .send()
        .await
        .unwrap();
    assert!(
        matches!(tried.status().as_u16(), 401 | 403),
        "{}",
        tried.status()
    );
}

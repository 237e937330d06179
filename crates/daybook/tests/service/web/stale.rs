//! A marketplace that is behind is named, with the time up to which there is data of it.

use super::Dashboard;

/// Lazada was loaded up to some time ago, the others up to now; none was silent before.
async fn lazada_ends(dashboard: &Dashboard, ago: &str) {
    let changed = dashboard
        .client
        .execute(
            "update sync_state
             set complete_through = now() - ended.ago, newest_ingested_at = now() - ended.ago
             from (select stream, case platform when 'lazada' then $1::text::interval else '0' end as ago from sync_state) ended
             where ended.stream = sync_state.stream",
            &[&ago],
        )
        .await
        .unwrap();
    assert_eq!(changed, 3);
}

#[tokio::test]
async fn loading_that_lags_is_told_as_the_alert_tells_it() {
    let dashboard = Dashboard::open().await;
    // Less than alerts.lag is nothing to tell.
    lazada_ends(&dashboard, "40 minutes").await;
    dashboard
        .page("/?range=today")
        .await
        .ok()
        .says("mọi sàn đến");
    lazada_ends(&dashboard, "50 minutes").await;
    let page = dashboard.page("/?range=today").await.ok();
    page.says("Lazada: dữ liệu đến");
    page.says("Số liệu thiếu Lazada từ");
    assert!(!page.html.contains("Shopee: dữ liệu đến"));
    let page = dashboard.page("/operations").await.ok();
    page.says("Lazada (lazada_orders.bson) mới nạp đến");
    page.says("<span class=\"badge provisional\">");
    // Another marketplace's figures lack nothing.
    let page = dashboard.page("/?range=today&platform=shopee").await.ok();
    assert!(!page.html.contains("Số liệu thiếu"));
}

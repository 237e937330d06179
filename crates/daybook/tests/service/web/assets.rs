//! Style sheet and script: kept for ever under their hash, asked for again without it.

use reqwest::Method;

use super::Dashboard;

#[tokio::test]
async fn what_a_page_links_to_may_be_kept_for_ever() {
    let dashboard = Dashboard::empty().await;
    let page = dashboard.page("/definitions").await.ok();
    for name in ["app.css", "app.js", "icon.svg"] {
        let start = page.html.find(&format!("/assets/{name}?v=")).expect(name);
        let href = page.html[start..].split('"').next().unwrap();
        let response = dashboard
            .service
            .request(Method::GET, href)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{href}");
        assert_eq!(
            response.headers()["cache-control"],
            "public, max-age=31536000, immutable"
        );
        let tag = response.headers()["etag"].clone();
        let again = dashboard
            .service
            .request(Method::GET, &format!("/assets/{name}"))
            .header("if-none-match", tag)
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), 304);
        assert_eq!(again.headers()["cache-control"], "public, no-cache");
    }
    assert_eq!(dashboard.page("/assets/../Cargo.toml").await.status, 404);
    assert_eq!(dashboard.page("/assets/nothing.css").await.status, 404);
}

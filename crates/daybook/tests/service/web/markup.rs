//! Pages hold nothing inline, nothing unescaped, and not too much.

use reqwest::Method;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING};

use super::{Dashboard, pages};

/// Most bytes of a page over the wire.
const MOST_BYTES: usize = 150_000;

#[tokio::test]
async fn no_page_holds_style_or_script_of_its_own() {
    let dashboard = Dashboard::open().await;
    let mut all = pages();
    all.extend(["/nothing", "/?range=8d"].map(str::to_owned));
    for path in all {
        let page = dashboard.page(&path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(!page.html.contains("style="), "{path} has an inline style");
        assert!(!page.html.contains("<style"), "{path} has a style element");
        for script in page.html.split("<script").skip(1) {
            assert!(
                script.starts_with(" src=\"/assets/"),
                "{path} has an inline script"
            );
        }
        for handler in [" onclick=\"", " onload=\"", " onerror=\"", " onchange=\""] {
            assert!(!page.html.contains(handler), "{path} has {handler}");
        }
        for elsewhere in ["=\"http", "=\"//"] {
            assert!(
                !page.html.contains(elsewhere),
                "{path} leads to another server"
            );
        }
    }
}

#[tokio::test]
async fn hostile_names_are_text() {
    let dashboard = Dashboard::open().await;
    for path in pages() {
        let page = dashboard.page(&path).await.ok();
        for hostile in [
            "<script>alert",
            "<img src=x",
            "drop table orders; --\"",
            "\"Huế\"<",
        ] {
            assert!(!page.html.contains(hostile), "{path} holds {hostile}");
        }
    }
    // They are shown, not dropped.
    let shops = dashboard
        .page("/shops?from=2026-11-01&to=2026-11-12")
        .await
        .ok();
    shops.says("&#60;img src=x onerror=alert(1)&#62;");
    let children = "/categories?from=2026-10-20&to=2026-11-12&platform=shopee&parent=100";
    dashboard
        .page(children)
        .await
        .ok()
        .says("&#60;script&#62;alert(1)&#60;/script&#62;");
}

#[tokio::test]
async fn no_page_is_large() {
    let dashboard = Dashboard::open().await;
    for path in pages() {
        let response = dashboard
            .service
            .request(Method::GET, &path)
            .header(ACCEPT, "text/html")
            .header(ACCEPT_ENCODING, "gzip")
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip", "{path}");
        let bytes = response.bytes().await.unwrap().len();
        assert!(bytes < MOST_BYTES, "{path} has {bytes} bytes");
    }
}

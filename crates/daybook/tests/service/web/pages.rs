//! Every page is there, in both languages, with and without data.

use std::time::Duration;

use super::{Dashboard, RANGE, pages};

#[tokio::test]
async fn every_page_is_there_in_both_languages() {
    let dashboard = Dashboard::open().await;
    for path in pages() {
        for (language, word) in [("vi", "Tổng quan"), ("en", "Overview")] {
            let page = dashboard
                .page_with(&path, &[("accept-language", language)])
                .await
                .ok();
            page.says(&format!("<html lang=\"{language}\""));
            page.says(word);
        }
    }
}

#[tokio::test]
async fn without_any_order_a_page_says_how_to_begin() {
    let dashboard = Dashboard::empty().await;
    for path in [
        "/",
        "/trends",
        "/platforms",
        "/categories",
        "/regions",
        "/shops",
    ] {
        let page = dashboard.page(path).await.ok();
        page.says("Chưa có dữ liệu");
        page.says("daybook sync");
        assert!(
            !page.html.contains("class=\"chart\""),
            "{path} draws empty axes"
        );
    }
    for path in [
        "/day/2026-11-10",
        "/operations",
        "/definitions",
        "/settings",
        "/search?q=x",
    ] {
        dashboard.page(path).await.ok();
    }
    // Nothing can arrive, and the page says which setting is why.
    let told = async {
        while !dashboard
            .page("/operations")
            .await
            .ok()
            .html
            .contains("source.url is not set")
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told)
        .await
        .expect("operations never said why nothing arrives");
}

#[tokio::test]
async fn nothing_in_a_filter_is_told_apart_from_nothing_at_all() {
    let dashboard = Dashboard::open().await;
    let page = dashboard
        .page("/?from=2020-01-01&to=2020-01-10&platform=lazada")
        .await
        .ok();
    page.says("Không có đơn nào trong khoảng này");
    page.says("12/11/2026");
    page.says("Lazada <span aria-hidden=\"true\">×</span>");
    assert!(!page.html.contains("Chưa có dữ liệu"));
}

#[tokio::test]
async fn a_day_without_orders_is_a_true_zero_among_others() {
    let dashboard = Dashboard::open().await;
    let page = dashboard.page(&format!("/?{RANGE}")).await.ok();
    page.says("CN 01/11");
    page.says("from=2026-11-02&#38;to=2026-11-02\"><data value=\"0.00\">0</data>");
}

#[tokio::test]
async fn an_order_code_is_found_from_every_page() {
    let dashboard = Dashboard::open().await;
    let page = dashboard.page("/search?q=hand-2").await;
    assert_eq!(
        page.status, 303,
        "the only order with that code is gone to at once"
    );
    assert_eq!(page.headers["location"], "/orders/shopee/HAND-2");
    dashboard.page("/search?q=HAND-").await.ok().says("HAND-4");
    dashboard
        .page("/search?q=%3Cb%3E")
        .await
        .ok()
        .says("Không có đơn hàng nào có mã");
}

#[tokio::test]
async fn the_orders_behind_a_figure_are_all_there_page_by_page() {
    let dashboard = Dashboard::open().await;
    let counted: i64 = dashboard
        .client
        .query_one(
            "select count(*) from orders where order_date::date between '2026-11-01' and '2026-11-12'
             and status = 'completed'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    let mut path = "/orders?measure=total_revenue&from=2026-11-01&to=2026-11-12".to_owned();
    let mut codes = std::collections::BTreeSet::new();
    loop {
        let page = dashboard.page(&path).await.ok();
        for row in page
            .html
            .split("<th scope=\"row\"><a href=\"/orders/")
            .skip(1)
        {
            codes.insert(row.split('"').next().unwrap().to_owned());
        }
        let Some(next) = page
            .html
            .split("rel=\"next\"")
            .next()
            .filter(|_| page.html.contains("rel=\"next\""))
        else {
            break;
        };
        let href = next
            .rsplit("href=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        path = href
            .replace("&#38;", "&")
            .split('#')
            .next()
            .unwrap()
            .to_owned();
    }
    assert_eq!(codes.len() as i64, counted);
}

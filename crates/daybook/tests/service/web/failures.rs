//! What goes wrong is told in the reader's language, and a part that fails leaves the rest as it is.

use super::{Dashboard, RANGE};

#[tokio::test]
async fn an_error_is_a_page_that_says_what_to_do() {
    let dashboard = Dashboard::empty().await;
    for (path, status, title) in [
        ("/nothing", 404, "Không tìm thấy"),
        ("/orders/shopee/NOTHING", 404, "Không tìm thấy"),
        ("/orders/amazon/1", 404, "Không tìm thấy"),
        ("/day/yesterday", 404, "Không tìm thấy"),
        ("/?range=8d", 422, "Tham số không đúng"),
        ("/?form=2026-01-01", 422, "Tham số không đúng"),
        ("/?from=2026-01-02&to=2026-01-01", 422, "Tham số không đúng"),
        ("/?from=2020-01-01&to=2026-01-01", 422, "Tham số không đúng"),
        ("/regions?division=VN-35", 422, "Tham số không đúng"),
        ("/orders?measure=profit", 422, "Tham số không đúng"),
        ("/orders?cursor=x", 422, "Tham số không đúng"),
        ("/day/2026-11-10?status=returned", 422, "Tham số không đúng"),
    ] {
        let page = dashboard.page(path).await;
        assert_eq!(page.status, status, "{path}: {}", page.html);
        page.says(title);
        let id = page.headers["x-request-id"].to_str().unwrap().to_owned();
        page.says(&id);
        page.says("Về trang tổng quan");
    }
    let english = dashboard
        .page_with("/nothing", &[("accept-language", "en")])
        .await;
    english.says("Not found");
}

#[tokio::test]
async fn a_part_that_fails_leaves_the_rest_of_the_page() {
    let dashboard = Dashboard::open().await;
    // Nobody can read orders while somebody holds this lock; the statistics can be read.
    dashboard
        .client
        .batch_execute("begin; lock table orders in access exclusive mode")
        .await
        .unwrap();
    let page = dashboard.page(&format!("/?{RANGE}")).await.ok();
    dashboard.client.batch_execute("rollback").await.unwrap();
    page.says("Phần này không tải được");
    page.says("Mã yêu cầu");
    page.says("id=\"tile-total_orders\"");
    page.says("class=\"calendar\"");
}

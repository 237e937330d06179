//! Every figure on every page equals a recount from `orders`.

use std::collections::BTreeMap;

use tokio_postgres::types::Type;

use super::{Dashboard, Page, pages};

/// A figure as a page shows it: where it leads, and its value.
type Shown = BTreeMap<String, String>;

/// The figures of a page. Each is a link to the orders behind it, so its address says what it counts.
fn figures(page: &Page) -> Shown {
    page.html
        .split("<a class=\"figure\" href=\"")
        .skip(1)
        .map(|figure| {
            let (href, rest) = figure.split_once('"').unwrap();
            let value = rest.split_once("<data value=\"").unwrap().1;
            let value = value.split_once('"').unwrap().0;
            (
                href.replace("&amp;", "&").replace("&#38;", "&"),
                value.to_owned(),
            )
        })
        .collect()
}

/// What an address says, decoded.
fn parameters(href: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://localhost{href}")).unwrap();
    url.query_pairs().into_owned().collect()
}

async fn recount(dashboard: &Dashboard, href: &str) -> Option<String> {
    let asked = parameters(href);
    let get = |name: &str| asked.get(name).map(String::as_str);
    // `platform:account`, or the platform alone for orders that do not name theirs.
    let shop = get("shop").map(|shop| match shop.split_once(':') {
        Some((platform, shop)) => (platform, Some(shop)),
        None => (shop, None),
    });
    let platforms: Option<Vec<&str>> = shop
        .map(|(platform, _)| vec![platform])
        .or_else(|| get("platform").map(|names| names.split(',').collect()));
    let rows = dashboard
        .client
        .query_typed(
            include_str!("recount.sql"),
            &[
                (&get("from").unwrap(), Type::TEXT),
                (&get("to").unwrap(), Type::TEXT),
                (&platforms, Type::TEXT_ARRAY),
                (&shop.is_some(), Type::BOOL),
                (&shop.and_then(|(_, shop)| shop), Type::TEXT),
                (&get("region"), Type::TEXT),
                (&get("division"), Type::TEXT),
                (&get("category"), Type::TEXT),
            ],
        )
        .await
        .unwrap();
    rows[0].get(get("measure").unwrap())
}

#[tokio::test]
async fn every_figure_equals_a_recount_from_the_orders() {
    let dashboard = Dashboard::open().await;
    let mut compared = BTreeMap::new();
    for path in pages() {
        let page = dashboard.page(&path).await.ok();
        let shown = figures(&page);
        assert_eq!(
            page.html.matches("class=\"figure\"").count() > 0,
            !shown.is_empty(),
            "{path}"
        );
        for (href, value) in shown {
            if let Some(before) = compared.insert(href.clone(), value.clone()) {
                assert_eq!(
                    before, value,
                    "{path} and another page disagree about {href}"
                );
                continue;
            }
            let counted = recount(&dashboard, &href).await.unwrap_or_default();
            assert_eq!(
                value, counted,
                "{path} shows another figure than {href} counts"
            );
        }
    }
    // A test that finds no figures would find no fault.
    assert!(compared.len() > 1_000, "only {} figures", compared.len());
    for part in [
        "region=",
        "category=",
        "shop=",
        "platform=shopee%2Clazada",
        "measure=pending_share",
    ] {
        let part = part.replace("%2C", ",");
        assert!(
            compared.keys().any(|href| href.contains(&part)),
            "no figure with {part}"
        );
    }
}

#[tokio::test]
async fn a_change_of_an_order_is_in_the_next_page() {
    let dashboard = Dashboard::open().await;
    let path = "/day/2026-11-10";
    let href = "/orders?measure=total_orders&from=2026-11-10&to=2026-11-10";
    let before = figures(&dashboard.page(path).await.ok())[href].clone();
    dashboard
        .client
        .batch_execute("delete from orders where order_code = 'HAND-1'")
        .await
        .unwrap();
    let after = figures(&dashboard.page(path).await.ok())[href].clone();
    let number = |text: &str| text.split('.').next().unwrap().parse::<i64>().unwrap();
    assert_eq!(number(&after), number(&before) - 1);
}

#[tokio::test]
async fn a_later_change_of_a_final_day_is_told_with_before_and_after() {
    let dashboard = Dashboard::open().await;
    dashboard
        .client
        .batch_execute("update orders set status = 'cancelled' where order_code = 'HAND-1'")
        .await
        .unwrap();
    // The service folds within a second.
    let told = async {
        loop {
            let page = dashboard.page("/day/2026-11-10").await.ok();
            if page.html.contains("class=\"history\"") {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    let page = tokio::time::timeout(std::time::Duration::from_secs(20), told)
        .await
        .expect("the change was never told");
    page.says("Đã chốt, có thay đổi");
    page.says("sửa tay");
}

//! Language and colours: asked for, remembered, guessed.

use super::Dashboard;

#[tokio::test]
async fn a_choice_is_remembered() {
    let dashboard = Dashboard::empty().await;
    let page = dashboard.page("/definitions?lang=en&theme=dark").await.ok();
    page.says("<html lang=\"en\" data-theme=\"dark\">");
    let cookies: Vec<_> = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| {
            cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(cookies, ["lang=en", "theme=dark"]);
    let next = dashboard
        .page_with("/definitions", &[("cookie", &cookies.join("; "))])
        .await
        .ok();
    next.says("<html lang=\"en\" data-theme=\"dark\">");
    assert!(next.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn vietnamese_is_what_nobody_has_to_choose() {
    let dashboard = Dashboard::empty().await;
    dashboard
        .page("/definitions")
        .await
        .ok()
        .says("<html lang=\"vi\"");
    let browser = [("accept-language", "fr, en;q=0.5")];
    dashboard
        .page_with("/definitions", &browser)
        .await
        .ok()
        .says("<html lang=\"en\"");
}

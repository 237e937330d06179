//! What attackers write into parameters, and into orders.

use reqwest::Method;

use super::serve;
use crate::report::Business;

const ATTACKS: &[&str] = &[
    "'; drop table orders; --",
    "' or '1'='1",
    "\" or 1=1",
    "1); delete from orders; --",
    "$1",
    "%s%s%s%n",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "\u{202e}txt.exe",
    "\u{0}",
    "\u{1}\u{7f}\r\nSet-Cookie: a=b",
    "\u{ffff}",
    "𝒳😀",
    "-1",
    "1e309",
    "NaN",
    "infinity",
    "99999999999999999999999999",
    " ",
    "",
];

const ADDRESSES: &[(&str, &[&str])] = &[
    (
        "daily",
        &[
            "from", "to", "day", "preset", "platform", "shop", "compare", "format", "bom", "by",
        ],
    ),
    (
        "shops",
        &[
            "from", "to", "day", "preset", "platform", "shop", "compare", "format", "bom",
        ],
    ),
    ("regions", &["day", "platform", "division"]),
    ("categories", &["day", "platform", "tree", "parent"]),
    (
        "orders",
        &[
            "from", "to", "day", "preset", "platform", "shop", "status", "measure", "region",
            "division", "category", "tree", "limit", "cursor", "format", "bom",
        ],
    ),
    ("search", &["q", "limit"]),
    ("changes", &["day", "platform"]),
    ("runs", &["command", "outcome", "limit", "cursor"]),
    ("quarantine", &["platform", "reason", "limit"]),
];

#[tokio::test]
async fn no_parameter_reaches_the_database_as_anything_but_a_value() {
    let business = Business::open().await;
    let service = serve(&business);
    let before = business.recount("true").await;
    for (address, names) in ADDRESSES {
        for name in *names {
            for attack in ATTACKS {
                for more in ["", "&platform=shopee", "&tree=true"] {
                    let value: String =
                        form_urlencoded::byte_serialize(attack.as_bytes()).collect();
                    let path = format!("/api/v1/{address}?{name}={value}{more}");
                    let response = service.request(Method::GET, &path).send().await.unwrap();
                    let status = response.status().as_u16();
                    assert!([200, 422].contains(&status), "{status} {path}");
                    assert!(!response.headers().contains_key("set-cookie"), "{path}");
                }
            }
            // Bytes that are no text.
            let path = format!("/api/v1/{address}?{name}=%ff%fe");
            let (status, body) = service.get(&path).await;
            assert!([200, 422].contains(&status), "{status} {path} {body}");
        }
    }
    for attack in ATTACKS {
        let value: String = form_urlencoded::byte_serialize(attack.as_bytes()).collect();
        for path in [
            format!("/api/v1/orders/shopee/{}", value.replace('+', "%20")),
            format!("/api/v1/orders/{}/1", value.replace('+', "%20")),
            format!("/api/v1/runs/{}", value.replace('+', "%20")),
            format!("/docs/problems/{}", value.replace('+', "%20")),
            format!("/api/v1/{}", value.replace('+', "%20")),
        ] {
            let status = service
                .request(Method::GET, &path)
                .send()
                .await
                .unwrap()
                .status();
            assert!(status.is_client_error(), "{status} {path}");
        }
    }
    assert_eq!(business.recount("true").await, before);
}

#[tokio::test]
async fn errors_quote_no_markup_into_pages() {
    let business = Business::open().await;
    let service = serve(&business);
    let response = service
        .request(Method::GET, "/docs/problems/%3Cscript%3E")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    assert!(!response.text().await.unwrap().contains("<script>"));
    let response = service
        .request(Method::GET, "/docs/api")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    assert!(
        !text.contains("<script") && text.contains("/api/v1/daily"),
        "{text}"
    );
}

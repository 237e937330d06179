//! The dashboard over HTTP. What pages say is compared with `orders`, counted by other means.

mod assets;
mod failures;
mod figures;
mod markup;
mod pages;
mod preferences;
mod settings;
mod stale;

use reqwest::header::ACCEPT;
use reqwest::{Method, StatusCode};
use tokio_postgres::Client;

use crate::service::Service;
use crate::world::World;

/// Days that the generated orders are in.
pub const RANGE: &str = "from=2026-10-20&to=2026-11-12";

/// A running service with some hundred orders of 40 days, some of them written by hand with hostile names.
pub struct Dashboard {
    pub client: Client,
    pub service: Service,
    // Last, so that the service is gone when its database goes.
    _world: World,
}

impl Dashboard {
    pub async fn open() -> Self {
        let world = World::migrated().await;
        world.generate(600);
        // Some sample documents are meant for quarantine.
        world.run(&["sync"]).exits_with(1);
        let client = world.client().await;
        client
            .batch_execute(include_str!("../report/business.sql"))
            .await
            .unwrap();
        world.run(&["aggregate"]).exits_with(0);
        Self {
            client,
            service: serve(&world),
            _world: world,
        }
    }

    /// A service whose database holds no order.
    pub async fn empty() -> Self {
        let world = World::migrated().await;
        Self {
            client: world.client().await,
            service: serve(&world),
            _world: world,
        }
    }

    /// A page as a browser gets it.
    pub async fn page(&self, path: &str) -> Page {
        self.page_with(path, &[]).await
    }

    /// The same, with more headers.
    pub async fn page_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut request = self.service.request(Method::GET, path);
        request = request.header(ACCEPT, "text/html,application/xhtml+xml");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        Page {
            path: path.to_owned(),
            status: response.status(),
            headers: response.headers().clone(),
            html: response.text().await.unwrap(),
        }
    }
}

/// The service, which loads nothing by itself: orders that a test has changed or deleted would come back.
fn serve(world: &World) -> Service {
    Service::start_with(world, |command| {
        command.env_remove("DAYBOOK_SOURCE");
    })
}

/// A page that was fetched.
pub struct Page {
    pub path: String,
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub html: String,
}

impl Page {
    /// The page, if it was answered.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}: {}", self.path, self.html);
        self
    }

    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(
            self.html.contains(text),
            "{} does not say {text:?}: {}",
            self.path,
            self.html
        );
    }
}

/// Every page, about the days that have orders.
pub fn pages() -> Vec<String> {
    let mut pages: Vec<_> = [
        "/",
        "/trends",
        "/platforms",
        "/categories",
        "/regions",
        "/shops",
    ]
    .iter()
    .map(|path| format!("{path}?{RANGE}"))
    .collect();
    pages.extend(
        [
            "/trends?unit=month&measure=cancellation_rate",
            "/regions?division=VN-63&sort=name",
            "/?from=2026-10-20&to=2026-11-12&compare=previous_year&platform=shopee,lazada",
            "/?range=7d&compare=same_weekday",
            "/?from=2025-11-12&to=2026-11-12&compare=none",
            "/?from=2024-11-12&to=2026-11-12",
            "/?shop=shopee:300101&from=2026-11-01&to=2026-11-12&measure=total_revenue",
            "/day/2026-11-10",
            "/day/2026-11-10?platform=shopee&status=completed",
            "/day/2026-11-02",
            "/orders?measure=total_revenue&from=2026-11-01&to=2026-11-12",
            "/search?q=HAND",
            "/orders/shopee/HAND-1",
            "/orders/tiktok/HAND-3",
            "/operations",
            "/definitions",
            "/settings",
        ]
        .map(str::to_owned),
    );
    pages
}

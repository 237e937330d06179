//! Search by order code.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use order_model::Platform;

use crate::http::HttpState;
use crate::report::Reader;
use crate::web::asked::Asked;
use crate::web::frame::{Frame, Place};
use crate::web::order_list::{order_href, status};
use crate::web::page::{Page, page};
use crate::web::words::fill;

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    nothing: Option<String>,
    found: Vec<Found>,
}

struct Found {
    href: String,
    code: String,
    platform: &'static str,
    platform_name: &'static str,
    status: &'static str,
    status_name: &'static str,
    date: String,
}

/// Most orders that are listed.
const LIMIT: u32 = 50;

/// The page. A single order with that very code is gone to at once.
pub async fn search(State(state): State<HttpState>, asked: Asked) -> Page {
    let text = asked.query.q.clone().unwrap_or_default();
    let text = text.trim();
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let orders = reader.find_orders(text, LIMIT).await?;
    let found: Vec<_> = orders
        .iter()
        .filter_map(|order| {
            let platform: Platform = order.platform.parse().ok()?;
            let status = status(&order.status);
            Some(Found {
                href: order_href(platform, &order.order_code),
                code: order.order_code.clone(),
                platform: platform.as_str(),
                platform_name: platform.display_name(),
                status: status.as_str(),
                status_name: asked.words.status(status),
                date: asked.format.date_time(order.order_date),
            })
        })
        .collect();
    if let [only] = found.as_slice()
        && only.code.eq_ignore_ascii_case(text)
    {
        return Ok(Redirect::to(&only.href).into_response());
    }
    let title = fill(asked.words.search_results, &[("q", &text)]);
    let frame = Frame::with_freshness(&state, &asked, &reader, Place::Elsewhere, title).await?;
    page(&Search {
        frame,
        nothing: found
            .is_empty()
            .then(|| fill(asked.words.search_nothing, &[("q", &text)])),
        found,
    })
}

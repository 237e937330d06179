//! Shops: which seller account?

use askama::Template;
use axum::extract::State;
use order_model::Platform;

use crate::http::HttpState;
use crate::report::{Reader, ReportError, ShopRow};
use crate::web::asked::Asked;
use crate::web::columns::{self, Share};
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{Figure, Source};
use crate::web::frame::{Frame, Place, shop_filter, shop_name};
use crate::web::page::{Page, page};

#[derive(Template)]
#[template(path = "shops.html")]
struct Shops {
    frame: Frame,
    empty: Option<Empty>,
    not_kept: Option<&'static str>,
    columns: Vec<&'static str>,
    exports: Exports,
    rows: Vec<Row>,
}

struct Row {
    platform: &'static str,
    platform_name: &'static str,
    name: String,
    href: String,
    share: Share,
    figures: Vec<Figure>,
}

/// The page.
pub async fn shops(State(state): State<HttpState>, asked: Asked) -> Page {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.shops;
    let frame = Frame::of_figures(&state, &asked, &reader, Place::Shops, title).await?;
    let total = reader.totals(&asked.view.range, &asked.view.filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;
    let (rows, not_kept) = match reader.by_shop(&asked.view.range, &asked.view.filter).await {
        Ok(rows) => (rows, None),
        Err(ReportError::GrainNotKept(_)) => (Vec::new(), Some(asked.words.grain_not_kept)),
        Err(error) => return Err(error.into()),
    };
    let whole = total
        .map(|row| row.measures.gross_merchandise_value)
        .unwrap_or_default();
    let gmv = |row: &ShopRow| row.measures.gross_merchandise_value;
    let longest = rows.iter().map(gmv).max().unwrap_or_default();
    page(&Shops {
        frame,
        empty,
        not_kept,
        columns: columns::names(asked.words),
        exports: Exports::new("shops", asked.view.range, &asked.view.filter, &[]),
        rows: rows
            .iter()
            .filter_map(|row| {
                let platform: Platform = row.platform.parse().ok()?;
                let filter = shop_filter(platform, row.shop_id.as_deref());
                let source = Source::new(asked.view.range, &filter);
                Some(Row {
                    platform: platform.as_str(),
                    platform_name: platform.display_name(),
                    name: shop_name(asked.words, row.shop_id.as_deref()),
                    href: asked.view.filtered(filter).href("/", &[]),
                    share: Share::of(&asked, gmv(row), whole, longest, platform.as_str()),
                    figures: columns::figures(&asked, &source, &row.measures),
                })
            })
            .collect(),
    })
}

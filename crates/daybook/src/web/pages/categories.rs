//! Categories: what sells?

use askama::Template;
use axum::extract::State;
use order_model::Platform;

use crate::http::HttpState;
use crate::report::{CategoryRow, CategoryView, Filter, Reader, ReportError};
use crate::web::asked::Asked;
use crate::web::columns::{self, Share};
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{Figure, Source};
use crate::web::frame::{Frame, Place};
use crate::web::page::{Page, page};

#[derive(Template)]
#[template(path = "categories.html")]
struct Categories {
    frame: Frame,
    empty: Option<Empty>,
    not_kept: Option<&'static str>,
    above: Option<Above>,
    columns: Vec<&'static str>,
    exports: Exports,
    rows: Vec<Row>,
}

/// The category whose children are shown.
struct Above {
    name: String,
    href: String,
}

struct Row {
    platform: &'static str,
    platform_name: &'static str,
    name: String,
    children: Option<String>,
    is_unknown: bool,
    share: Share,
    figures: Vec<Figure>,
}

/// The page.
pub async fn categories(State(state): State<HttpState>, asked: Asked) -> Page {
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.words.categories;
    let frame = Frame::of_figures(&state, &asked, &reader, Place::Categories, title).await?;
    let total = reader.totals(&asked.view.range, &asked.view.filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;
    let parent = asked.query.parent.clone();
    let view = CategoryView::Tree {
        parent: parent.clone(),
    };
    let (rows, not_kept) = match reader
        .by_category(&asked.view.range, &asked.view.filter, &view)
        .await
    {
        Ok(rows) => (rows, None),
        Err(ReportError::NotForShops(_)) => (Vec::new(), Some(asked.words.not_for_shops)),
        Err(ReportError::GrainNotKept(_)) => (Vec::new(), Some(asked.words.grain_not_kept)),
        Err(error) => return Err(error.into()),
    };
    let whole = total
        .map(|row| row.measures.gross_merchandise_value)
        .unwrap_or_default();
    let gmv = |row: &CategoryRow| row.measures.gross_merchandise_value;
    let longest = rows.iter().map(gmv).max().unwrap_or_default();
    let mut tree = vec![("tree", "true".to_owned())];
    tree.extend(parent.clone().map(|parent| ("parent", parent)));
    let exports = Exports::new("categories", asked.view.range, &asked.view.filter, &tree);
    page(&Categories {
        frame,
        empty,
        not_kept,
        above: parent.map(|_| Above {
            // The second name from the end is the parent's.
            name: rows
                .first()
                .and_then(|row| row.path_names.iter().rev().nth(1).cloned())
                .unwrap_or_default(),
            href: asked.view.href("/categories", &[]),
        }),
        columns: columns::names(asked.words),
        exports,
        rows: rows
            .iter()
            .filter_map(|row| {
                let platform: Platform = row.platform.parse().ok()?;
                Some(Row {
                    platform: platform.as_str(),
                    platform_name: platform.display_name(),
                    name: match (&row.category_name, &row.category_id) {
                        (Some(name), _) => name.clone(),
                        (None, Some(id)) => id.clone(),
                        (None, None) => asked.words.without_category.to_owned(),
                    },
                    children: row
                        .category_id
                        .clone()
                        .filter(|_| row.has_children)
                        .map(|id| {
                            let only = asked.view.filtered(Filter::platform(platform));
                            only.href("/categories", &[("parent", id)])
                        }),
                    is_unknown: row.category_id.is_none(),
                    share: Share::of(&asked, gmv(row), whole, longest, platform.as_str()),
                    figures: columns::figures(
                        &asked,
                        &source(&asked, platform, row),
                        &row.measures,
                    ),
                })
            })
            .collect(),
    })
}

fn source(asked: &Asked, platform: Platform, row: &CategoryRow) -> Source {
    let mut source = Source::new(asked.view.range, &Filter::platform(platform));
    let id = row.category_id.clone().unwrap_or_default();
    source.more.push(("category", id));
    source
}

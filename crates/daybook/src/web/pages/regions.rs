//! Regions: where?

use askama::Template;
use axum::extract::State;

use crate::http::HttpState;
use crate::report::{Division, Reader, RegionRow, ReportError};
use crate::web::asked::Asked;
use crate::web::collate;
use crate::web::columns::{self, Share};
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{Figure, Source};
use crate::web::frame::{Choice, Frame, Place};
use crate::web::page::{Page, page};
use crate::web::view::one_of;
use crate::web::words::fill;

#[derive(Template)]
#[template(path = "regions.html")]
struct Regions {
    frame: Frame,
    empty: Option<Empty>,
    not_kept: Option<&'static str>,
    divisions: Vec<Choice>,
    by_name: String,
    by_gmv: String,
    is_by_name: bool,
    columns: Vec<&'static str>,
    exports: Exports,
    /// What is looked for among the names.
    find: String,
    /// What the form that looks for names keeps of the address.
    kept: Vec<(&'static str, String)>,
    nothing_found: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    is_unknown: bool,
    share: Share,
    figures: Vec<Figure>,
}

/// The page.
pub async fn regions(State(state): State<HttpState>, asked: Asked) -> Page {
    let words = asked.words;
    let division = match asked.query.division.as_deref() {
        None => Division::Vn34,
        Some(name) => name
            .parse()
            .map_err(|()| one_of("division", Division::ALL.iter().map(|each| each.as_str())))?,
    };
    let is_by_name = match asked.query.sort.as_deref() {
        None | Some("gmv") => false,
        Some("name") => true,
        Some(_) => return Err(one_of("sort", ["gmv", "name"].into_iter())),
    };
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let frame = Frame::of_figures(&state, &asked, &reader, Place::Regions, words.regions).await?;
    let (range, filter) = (&asked.view.range, &asked.view.filter);
    let total = reader.totals(range, filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;
    let (mut rows, not_kept) = match reader.by_region(range, filter, Some(division)).await {
        Ok(rows) => (rows, None),
        Err(ReportError::NotForShops(_)) => (Vec::new(), Some(words.not_for_shops)),
        Err(ReportError::GrainNotKept(_)) => (Vec::new(), Some(words.grain_not_kept)),
        Err(error) => return Err(error.into()),
    };
    if is_by_name {
        // What is not known is no name, and comes last.
        rows.sort_by_key(|row| {
            (
                row.region.is_none(),
                row.region.as_deref().map(collate::key),
            )
        });
    }
    let whole = total
        .map(|row| row.measures.gross_merchandise_value)
        .unwrap_or_default();
    let gmv = |row: &RegionRow| row.measures.gross_merchandise_value;
    let longest = rows.iter().map(gmv).max().unwrap_or_default();
    let find = asked.query.find.clone().unwrap_or_default();
    rows.retain(|row| {
        let name = row.region.as_deref().unwrap_or(words.unknown);
        collate::holds(name, &find)
    });
    let nothing_found =
        (rows.is_empty() && !find.is_empty()).then(|| fill(words.no_such_region, &[("q", &find)]));
    let here = |division: Division, sort: &str| {
        let mut more = vec![
            ("division", division.to_string()),
            ("sort", sort.to_owned()),
        ];
        if !find.is_empty() {
            more.push(("find", find.clone()));
        }
        asked.view.href("/regions", &more)
    };
    let sort = if is_by_name { "name" } else { "gmv" };
    let mut kept = asked.view.pairs();
    kept.extend([
        ("division", division.to_string()),
        ("sort", sort.to_owned()),
    ]);
    page(&Regions {
        frame,
        empty,
        not_kept,
        divisions: [
            (Division::Vn34, words.division_34),
            (Division::Vn63, words.division_63),
        ]
        .into_iter()
        .map(|(each, name)| Choice {
            href: here(each, sort),
            name: name.to_owned(),
            is_chosen: each == division,
            key: None,
        })
        .collect(),
        by_name: here(division, "name"),
        by_gmv: here(division, "gmv"),
        is_by_name,
        columns: columns::names(words),
        exports: Exports::new(
            "regions",
            *range,
            filter,
            &[("division", division.to_string())],
        ),
        kept,
        nothing_found,
        rows: rows
            .iter()
            .map(|row| {
                let mut source = Source::new(*range, filter);
                source.more.extend([
                    ("region", row.region.clone().unwrap_or_default()),
                    ("division", division.to_string()),
                ]);
                Row {
                    name: row
                        .region
                        .clone()
                        .unwrap_or_else(|| words.unknown.to_owned()),
                    is_unknown: row.region.is_none(),
                    share: Share::of(&asked, gmv(row), whole, longest, ""),
                    figures: columns::figures(&asked, &source, &row.measures),
                }
            })
            .collect(),
        find,
    })
}

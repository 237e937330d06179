//! Day: why is this number what it is?

use askama::Template;
use axum::extract::{Path, State};
use jiff::ToSpan;
use jiff::civil::Date;
use order_model::{OrderStatus, Platform};

use super::overview::platforms_of;
use crate::http::{HttpState, Problem};
use crate::report::{Measure, Measures, OrdersQuery, Range, Reader};
use crate::web::asked::Asked;
use crate::web::empty::Empty;
use crate::web::export::Exports;
use crate::web::figure::{self, Figure, Source};
use crate::web::frame::{Choice, Frame, Place};
use crate::web::history::History;
use crate::web::order_list::{LIMIT, OrderList, cursor};
use crate::web::page::{Page, Part, page, part};
use crate::web::series::{self, StateBadge};
use crate::web::view::one_of;
use crate::web::words::fill;

#[derive(Template)]
#[template(path = "day.html")]
struct DayPage {
    frame: Frame,
    empty: Option<Empty>,
    failed_hint: String,
    previous: String,
    next: Option<String>,
    state: StateBadge,
    share_open: Option<String>,
    names: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
    list: Part<OrderList>,
    history: History,
    exports: Exports,
}

struct Row {
    name: &'static str,
    anchor: &'static str,
    figures: Vec<Figure>,
}

/// The statuses that the list can be limited to, in the order of an order's life.
const STATUSES: [OrderStatus; 3] = [
    OrderStatus::Pending,
    OrderStatus::Completed,
    OrderStatus::Cancelled,
];

/// The page.
pub async fn day(State(state): State<HttpState>, Path(day): Path<String>, asked: Asked) -> Page {
    let day: Date = day
        .parse()
        .map_err(|_| Problem::not_found("A day is written as YYYY-MM-DD, such as 2026-03-20."))?;
    let range = Range::day(day);
    let asked = Asked {
        view: asked.view.about(range),
        ..asked
    };
    let status = status(&asked)?;
    let cursor = cursor(&asked)?;
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let title = asked.format.long_date(day);
    let mut frame = Frame::of_figures(&state, &asked, &reader, Place::Day, title).await?;
    frame.without_range();
    let filter = &asked.view.filter;
    let total = reader.totals(&range, filter).await?;
    let empty = Empty::of(&asked, &reader, total.as_ref()).await?;
    let by_platform = reader.by_platform(&range, filter).await?;
    let changes = reader.changes(day, filter).await?;
    let query = OrdersQuery {
        status,
        ..OrdersQuery::new(range, filter.clone())
    };
    let page_of_orders = part(reader.orders_behind(&query, cursor.as_ref(), LIMIT).await);

    let platforms = platforms_of(&by_platform);
    let none = Measures::default();
    let measures_of = |platform: Platform| {
        by_platform
            .iter()
            .find(|row| row.platform.as_deref() == Some(platform.as_str()))
            .map_or(&none, |row| &row.measures)
    };
    let all = total.as_ref().map_or(&none, |row| &row.measures);
    let at = |day: Date| series::day_href(&asked, day);
    page(&DayPage {
        empty,
        failed_hint: asked.failed_hint(),
        previous: at(day.saturating_sub(1.day())),
        next: (day < asked.view.today).then(|| at(day.saturating_add(1.day()))),
        state: series::badge(
            asked.words,
            total
                .as_ref()
                .map_or(crate::report::FigureState::Live, |row| row.state),
        ),
        share_open: series::share_open(asked.format, all)
            .filter(|_| all.pending_orders > 0)
            .map(|share| fill(asked.words.share_open, &[("share", &share)])),
        names: platforms
            .iter()
            .map(|platform| (platform.as_str(), platform.display_name()))
            .collect(),
        rows: Measure::ALL
            .iter()
            .map(|measure| {
                let mut figures: Vec<_> = platforms
                    .iter()
                    .map(|platform| {
                        let mut filter = filter.clone();
                        filter.platforms = vec![*platform];
                        let source = Source::new(range, &filter);
                        source.figure(asked.format, measures_of(*platform), *measure)
                    })
                    .collect();
                let source = Source::new(range, filter);
                figures.push(source.figure(asked.format, all, *measure));
                Row {
                    name: figure::name(asked.words, *measure),
                    anchor: measure.as_str(),
                    figures,
                }
            })
            .collect(),
        statuses: statuses(&asked, day, status),
        list: page_of_orders
            .map(|page| OrderList::new(&asked, page, &list_href(&asked, day, status))),
        history: History::new(&asked, &state.app.clock, &changes, None),
        exports: Exports::new("orders", range, filter, &status_pair(status)),
        frame,
    })
}

/// The status that the list is limited to.
///
/// # Errors
/// There is no such status.
pub fn status(asked: &Asked) -> Result<Option<OrderStatus>, Problem> {
    let words = || STATUSES.iter().map(|status| status.as_str());
    match asked.query.status.as_deref() {
        None => Ok(None),
        Some(word) => STATUSES
            .into_iter()
            .find(|status| status.as_str() == word)
            .map(Some)
            .ok_or_else(|| one_of("status", words())),
    }
}

fn status_pair(status: Option<OrderStatus>) -> Vec<(&'static str, String)> {
    let pair = status.map(|status| ("status", status.as_str().to_owned()));
    pair.into_iter().collect()
}

fn list_href(asked: &Asked, day: Date, status: Option<OrderStatus>) -> String {
    let mut pairs = asked.view.filter_pairs();
    pairs.extend(status_pair(status));
    crate::web::address::address(&format!("/day/{day}"), &pairs)
}

fn statuses(asked: &Asked, day: Date, chosen: Option<OrderStatus>) -> Vec<Choice> {
    let each = STATUSES.into_iter().map(Some);
    std::iter::once(None)
        .chain(each)
        .map(|status| Choice {
            href: format!("{}#orders", list_href(asked, day, status)),
            name: match status {
                None => asked.words.all_statuses,
                Some(status) => asked.words.status(status),
            }
            .to_owned(),
            is_chosen: status == chosen,
            key: None,
        })
        .collect()
}

//! What changed a day since it was final, in words.

use askama::Template;
use order_model::Platform;

use super::asked::Asked;
use super::figure;
use super::words::Words;
use crate::clock::BusinessClock;
use crate::report::{Change, ChangeCause, Decimal, Figures, Measure};

/// The changes of a day, newest first.
#[derive(Debug, Template)]
#[template(path = "parts/history.html")]
pub struct History {
    w: &'static Words,
    entries: Vec<Entry>,
}

/// A change.
#[derive(Debug)]
struct Entry {
    when: String,
    platform: String,
    cause: String,
    moved: Vec<Moved>,
}

/// A figure that changed.
#[derive(Debug)]
struct Moved {
    name: &'static str,
    before: String,
    after: String,
}

const MEASURES: [Measure; 7] = [
    Measure::TotalOrders,
    Measure::CompletedOrders,
    Measure::CancelledOrders,
    Measure::PendingOrders,
    Measure::GrossMerchandiseValue,
    Measure::TotalRevenue,
    Measure::TotalDiscount,
];

impl History {
    /// Puts changes into words. With a measure, only changes of it.
    pub fn new(
        asked: &Asked,
        clock: &BusinessClock,
        changes: &[Change],
        measure: Option<Measure>,
    ) -> Self {
        let entries = changes.iter().map(|change| Entry {
            when: asked
                .format
                .date_time(change.changed_at.to_zoned(clock.zone().clone()).datetime()),
            platform: match change.platform.parse::<Platform>() {
                Ok(platform) => platform.display_name().to_owned(),
                Err(_) => change.platform.clone(),
            },
            cause: cause(asked.words, change),
            moved: moved(asked, change, measure),
        });
        Self {
            w: asked.words,
            entries: entries.filter(|entry| !entry.moved.is_empty()).collect(),
        }
    }
}

impl askama::filters::HtmlSafe for History {}

fn cause(words: &'static Words, change: &Change) -> String {
    let mut cause = match change.cause {
        ChangeCause::Fold => words.cause_fold,
        ChangeCause::Rebuild => words.cause_rebuild,
    }
    .to_owned();
    for run in &change.runs {
        cause.push_str(&format!(
            " · {} {} ({})",
            words.run.to_lowercase(),
            run.id,
            run.command
        ));
    }
    if change.by_hand {
        cause.push_str(&format!(" · {}", words.by_hand));
    }
    cause
}

fn moved(asked: &Asked, change: &Change, only: Option<Measure>) -> Vec<Moved> {
    MEASURES
        .into_iter()
        .filter(|measure| only.is_none_or(|only| depends_on(only, *measure)))
        .filter_map(|measure| {
            let (before, after) = (
                value(&change.before, measure)?,
                value(&change.after, measure)?,
            );
            (before != after).then(|| Moved {
                name: figure::short_name(asked.words, measure),
                before: figure::text(asked.format, measure, before),
                after: figure::text(asked.format, measure, after),
            })
        })
        .collect()
}

/// Whether a measure is made of a part.
fn depends_on(measure: Measure, part: Measure) -> bool {
    match measure {
        Measure::CancellationRate => {
            matches!(part, Measure::CancelledOrders | Measure::TotalOrders)
        }
        Measure::AvgOrderValue => matches!(part, Measure::TotalRevenue | Measure::CompletedOrders),
        Measure::PendingShare => matches!(part, Measure::PendingOrders | Measure::TotalOrders),
        _ => measure == part,
    }
}

fn value(figures: &Figures, measure: Measure) -> Option<Decimal> {
    Some(match measure {
        Measure::TotalOrders => figures.total_orders.into(),
        Measure::CompletedOrders => figures.completed_orders.into(),
        Measure::CancelledOrders => figures.cancelled_orders.into(),
        Measure::PendingOrders => figures.pending_orders.into(),
        Measure::GrossMerchandiseValue => figures.gross_merchandise_value,
        Measure::TotalDiscount => figures.total_discount,
        Measure::TotalRevenue => figures.total_revenue,
        _ => return None,
    })
}

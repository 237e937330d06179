//! The six figures of the range.

use crate::report::{Comparison, Measure, Measures, PeriodRow};
use crate::web::asked::Asked;
use crate::web::chart::Sparkline;
use crate::web::definitions::{Definition, definition};
use crate::web::figure::{self, Delta, Figure, Source};
use crate::web::series;
use crate::web::words::{counted, fill};

/// A figure with its change, its course and its definition.
pub struct Tile {
    pub id: &'static str,
    pub name: &'static str,
    pub figure: Figure,
    pub delta: Option<Delta>,
    pub note: Option<String>,
    pub spark: Sparkline,
    pub definition: Definition,
    pub definition_title: String,
}

const TILES: [Measure; 6] = [
    Measure::TotalOrders,
    Measure::GrossMerchandiseValue,
    Measure::TotalRevenue,
    Measure::AvgOrderValue,
    Measure::CancellationRate,
    Measure::TotalDiscount,
];

/// The tiles of a range.
pub fn tiles(
    asked: &Asked,
    total: Option<&PeriodRow>,
    comparison: Option<&Comparison>,
    periods: &[PeriodRow],
) -> Vec<Tile> {
    let none = Measures::default();
    let measures = total.map_or(&none, |row| &row.measures);
    let source = Source::new(asked.view.range, &asked.view.filter);
    let is_unfinished = asked.view.range.contains(asked.view.today);
    TILES
        .into_iter()
        .map(|measure| {
            let name = figure::name(asked.words, measure);
            let course: Vec<_> = periods
                .iter()
                .map(|row| row.measures.get(measure).map(figure::height))
                .collect();
            Tile {
                id: measure.as_str(),
                name,
                figure: source
                    .figure(asked.format, measures, measure)
                    .in_short(asked.format, measure),
                delta: comparison.and_then(|comparison| Delta::of(asked, comparison, measure)),
                note: note(asked, measures, measure),
                spark: Sparkline::draw(&course, is_unfinished),
                definition: definition(asked.lang(), measure),
                definition_title: fill(asked.words.definition_of, &[("name", &name)]),
            }
        })
        .collect()
}

/// What must be said beside a figure.
fn note(asked: &Asked, measures: &Measures, measure: Measure) -> Option<String> {
    match measure {
        Measure::TotalRevenue | Measure::CancellationRate => {
            let share = series::share_open(asked.format, measures)?;
            (measures.pending_orders > 0)
                .then(|| fill(asked.words.share_open, &[("share", &share)]))
        }
        Measure::AvgOrderValue => {
            let sentence = asked.words.n_completed_orders;
            Some(counted(asked.format, sentence, measures.completed_orders))
        }
        _ => None,
    }
}

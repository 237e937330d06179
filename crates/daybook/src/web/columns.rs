//! A table of figures: a row of a range, a platform, a category or a shop.

use askama::Template;

use super::asked::Asked;
use super::figure::{self, Figure, Source};
use super::ratio;
use super::words::Words;
use crate::report::{Decimal, Measure, Measures};

/// What tables show of each row, in this order.
pub const MEASURES: [Measure; 5] = [
    Measure::GrossMerchandiseValue,
    Measure::TotalOrders,
    Measure::TotalRevenue,
    Measure::AvgOrderValue,
    Measure::CancellationRate,
];

/// The names over them.
pub fn names(words: &'static Words) -> Vec<&'static str> {
    MEASURES
        .iter()
        .map(|measure| figure::short_name(words, *measure))
        .collect()
}

/// The figures of a row.
pub fn figures(asked: &Asked, source: &Source, measures: &Measures) -> Vec<Figure> {
    MEASURES
        .iter()
        .map(|measure| source.figure(asked.format, measures, *measure))
        .collect()
}

/// A share as a bar and in words.
#[derive(Debug, Template)]
#[template(path = "parts/share.html")]
pub struct Share {
    class: &'static str,
    /// Length of the bar, in percent of the longest.
    length: String,
    text: String,
}

impl Share {
    /// The share of a part in a whole; the longest bar is as long as there is room. `class` colours it.
    pub fn of(
        asked: &Asked,
        part: Decimal,
        whole: Decimal,
        longest: Decimal,
        class: &'static str,
    ) -> Self {
        let length = ratio::share(part, longest).unwrap_or(0);
        Self {
            class,
            length: format!("{}.{:02}%", length / 100, length % 100),
            text: ratio::share(part, whole)
                .map_or_else(|| "—".to_owned(), |share| asked.format.share(share)),
        }
    }
}

impl askama::filters::HtmlSafe for Share {}

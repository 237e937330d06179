//! Charts drawn by the server: SVG and tables that need no script, print, and are links.
//!
//! An outer SVG without a view box places things by percent across and by pixel down, so that text keeps its size at any
//! width; lines live in a nested SVG that stretches. Classes and presentation attributes only: the content policy
//! allows no inline style. A chart is hidden from screen readers; the table of the same rows under it is not.

mod bars;
mod calendar;
mod lines;
mod scale;
mod spark;

pub use self::bars::{Bars, Column, Part};
pub use self::calendar::{Calendar, CalendarDay};
pub use self::lines::{Line, Lines, Point};
pub use self::scale::Scale;
pub use self::spark::Sparkline;

use std::fmt;

/// A length across a chart, in percent of its width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percent(pub f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}%", self.0)
    }
}

/// A length down a chart, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pixels(pub f64);

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}", self.0)
    }
}

/// A line across the chart with its value.
#[derive(Debug)]
pub struct Tick {
    /// Where.
    pub y: Pixels,
    /// The value in words.
    pub label: String,
}

/// A word under the chart.
#[derive(Debug)]
pub struct Mark {
    /// Where its middle is.
    pub x: Percent,
    /// The word.
    pub label: String,
    /// Whether it goes where there is little room.
    pub is_minor: bool,
}

/// Height of the part that is drawn on.
const PLOT: f64 = 196.0;
/// Room above it, for the label of the topmost line.
const TOP: f64 = 12.0;

/// Where a value is, from the top of the chart.
fn height_of(value: f64, scale: &Scale) -> f64 {
    TOP + PLOT - value / scale.top() * PLOT
}

/// The lines of a scale.
fn ticks(scale: &Scale, label: &dyn Fn(f64) -> String) -> Vec<Tick> {
    scale
        .ticks()
        .map(|value| Tick {
            y: Pixels(height_of(value, scale)),
            label: label(value),
        })
        .collect()
}

/// The words under so many columns: about eight of them, every second one minor. The last column always has one.
fn marks(labels: &[String]) -> Vec<Mark> {
    let count = labels.len();
    let step = count.div_ceil(8).max(1);
    let width = 100.0 / count.max(1) as f64;
    (0..count)
        .rev()
        .step_by(step)
        .enumerate()
        .map(|(place, index)| Mark {
            x: Percent((index as f64 + 0.5) * width),
            label: labels[index].clone(),
            is_minor: count > 4 && place % 2 == 1,
        })
        .collect()
}

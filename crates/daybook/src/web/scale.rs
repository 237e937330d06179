//! The axis of a measure.

use super::chart::Scale;
use crate::report::Measure;

/// The scale of a measure up to a greatest value: orders have no halves.
pub fn scale(measure: Measure, greatest: f64) -> Scale {
    match measure.is_count() {
        true => Scale::of_counts(greatest),
        false => Scale::up_to(greatest),
    }
}

//! The report that `validate` writes and `repair` reads.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Compared, OrderDivergence};
use crate::error::Error;

/// Version of the report's form.
const FORM: u32 = 1;

/// Everything a validation found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Version of this form.
    pub form: u32,
    /// When the comparison was made.
    pub as_of: Timestamp,
    /// First day compared; `None` is the beginning.
    pub from: Option<Date>,
    /// Last day compared; `None` is the end.
    pub to: Option<Date>,
    /// Statistics against a recount.
    pub statistics: Compared,
    /// Orders against their raw documents, when that was asked for.
    pub orders: Option<ComparedOrders>,
}

/// What a comparison with the source looked at and found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ComparedOrders {
    /// Documents read.
    pub documents: u64,
    /// Differences.
    pub divergences: Vec<OrderDivergence>,
    /// Stored orders of the compared platforms that no document was found for. Usually retention in the source.
    pub without_document: u64,
}

impl ComparedOrders {
    /// Adds a difference. Of an order with several documents all that is found is told once.
    pub fn add(&mut self, found: OrderDivergence) {
        let same = |known: &&mut OrderDivergence| {
            known.platform == found.platform && known.order_code == found.order_code
        };
        let Some(known) = self.divergences.iter_mut().find(same) else {
            self.divergences.push(found);
            return;
        };
        known.problem = known.problem.min(found.problem);
        for column in found.columns {
            if !known.columns.contains(&column) {
                known.columns.push(column);
            }
        }
    }
}

impl Report {
    /// A report of a comparison.
    pub fn new(
        as_of: Timestamp,
        range: (Option<Date>, Option<Date>),
        statistics: Compared,
        orders: Option<ComparedOrders>,
    ) -> Self {
        Self {
            form: FORM,
            as_of,
            from: range.0,
            to: range.1,
            statistics,
            orders,
        }
    }

    /// How many differences there are.
    pub fn divergence_count(&self) -> usize {
        self.statistics.divergences.len() + self.orders.as_ref().map_or(0, |o| o.divergences.len())
    }

    /// The days that have differing figures, each once.
    pub fn days(&self) -> Vec<Date> {
        let mut days: Vec<_> = self.statistics.divergences.iter().map(|d| d.day).collect();
        days.sort();
        days.dedup();
        days
    }

    /// Writes the report to a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self).expect("a report is plain data");
        std::fs::write(path, text + "\n").map_err(|error| problem(path, "written", &error))
    }

    /// Reads a report back.
    ///
    /// # Errors
    /// The file cannot be read, or is no report of this form.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| problem(path, "read", &error))?;
        let report: Self =
            serde_json::from_str(&text).map_err(|error| problem(path, "read", &error))?;
        if report.form != FORM {
            return Err(problem(
                path,
                "read",
                &"it was written by another version of daybook",
            ));
        }
        Ok(report)
    }
}

fn problem(path: &Path, action: &'static str, problem: &dyn std::fmt::Display) -> Error {
    Error::Report {
        path: path.to_owned(),
        action,
        problem: problem.to_string(),
    }
}

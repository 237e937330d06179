//! The table under a chart: the same rows, for those who read rather than look.

use askama::Template;

use super::words::Words;

/// A table of texts. The first cell of a row is its name.
#[derive(Debug, Template)]
#[template(path = "parts/chart_table.html")]
pub struct ChartTable {
    /// What the chart is called.
    pub name: String,
    /// What opens the table.
    pub show: &'static str,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl ChartTable {
    /// A table of a chart.
    pub fn new(
        words: &'static Words,
        name: impl Into<String>,
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            show: words.show_table,
            columns,
            rows,
        }
    }
}

impl askama::filters::HtmlSafe for ChartTable {}

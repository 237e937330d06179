//! What a route that reads is: a question with its parameters, and how it is answered.

use std::fmt::Debug;

use serde::Serialize;

use super::columns::Column;
use super::envelope::Content;
use super::links::Link;
use crate::report::{Range, Reader, ReportError};

/// A question about figures or orders. Two that are written alike (by `Debug`) have the same answer as long as the data
/// and the day are the same.
pub trait Question: Debug + Send + Sync + 'static {
    /// A row of the answer.
    type Row: Serialize + Send + Sync;

    /// Name of the answer, for files and sheets.
    const NAME: &'static str;

    /// The columns of the answer as a table.
    fn columns(&self) -> Vec<Column>;

    /// The days it is about.
    fn range(&self) -> Option<Range>;

    /// What is left out, in words, for people who open the answer as a sheet.
    fn filters(&self) -> Vec<(&'static str, String)>;

    /// Whether the answer depends on the time of day, as a comparison of an unfinished day does.
    fn depends_on_time(&self, _today: jiff::civil::Date) -> bool {
        false
    }

    /// The address of the same question, for the rows that follow; the cursor is added to it.
    fn next_link(&self) -> Option<Link> {
        None
    }

    /// Answers it.
    fn ask(
        &self,
        reader: &Reader<'_>,
    ) -> impl Future<Output = Result<Content<Self::Row>, ReportError>> + Send;
}

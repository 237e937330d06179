//! When there is nothing to show: whether nothing was ever loaded, or nothing fits the filter.

use crate::report::{Filter, PeriodRow, Range, Reader, ReportError};
use crate::web::asked::Asked;
use crate::web::words::fill;

/// Why there is nothing.
#[derive(Debug)]
pub enum Empty {
    /// No order was ever loaded.
    Never,
    /// No order is in the range and filter.
    Here {
        /// First and last day that have data, in words.
        extent: String,
        /// The range that has data.
        href: String,
    },
}

impl Empty {
    /// Why the totals of a page are empty; `None` when they are not.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn of(
        asked: &Asked,
        reader: &Reader<'_>,
        total: Option<&PeriodRow>,
    ) -> Result<Option<Self>, ReportError> {
        if total.is_some_and(|row| row.measures.total_orders > 0) {
            return Ok(None);
        }
        let Some((first, last)) = reader.days_with_orders(&Filter::default()).await? else {
            return Ok(Some(Self::Never));
        };
        let (format, words) = (asked.format, asked.words);
        let extent = fill(
            words.nothing_here_hint,
            &[("first", &format.date(first)), ("last", &format.date(last))],
        );
        // The last month of data: all of it may be longer than is shown at once.
        let from = first.max(last.saturating_sub(jiff::Span::new().days(29)));
        let range = Range::new(from, last).unwrap_or_else(|_| Range::day(last));
        Ok(Some(Self::Here {
            extent,
            href: asked
                .view
                .filtered(Filter::default())
                .about(range)
                .href(&asked.path, &[]),
        }))
    }
}

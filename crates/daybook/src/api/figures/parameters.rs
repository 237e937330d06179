//! What questions about figures have in common.

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::answer::Form;
use crate::api::format::Format;
use crate::api::parameters::{Check, Days, filter};
use crate::http::Problem;
use crate::report::{
    CompareMode, Comparison, Filter, Measures, Preset, Range, Reader, ReportError,
};

/// Days, marketplaces, a shop.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureParameters {
    /// First business day, as YYYY-MM-DD.
    #[param(format = Date, example = "2026-03-19")]
    pub from: Option<String>,
    /// Last business day; today when it is left out.
    #[param(format = Date, example = "2026-03-20")]
    pub to: Option<String>,
    /// One business day.
    #[param(format = Date)]
    pub day: Option<String>,
    /// Days that move along with today. Without any days, the last 30.
    #[param(inline, value_type = Option<PresetName>)]
    pub preset: Option<String>,
    /// Marketplaces, separated by commas. All when it is left out.
    #[param(
        pattern = "^(tiktok|shopee|lazada)(,(tiktok|shopee|lazada))*$",
        example = "shopee,lazada"
    )]
    pub platform: Option<String>,
    /// Only this seller account; empty for orders that do not name theirs.
    pub shop: Option<String>,
    /// Compares the whole range with an earlier one.
    #[param(inline, value_type = Option<CompareMode>)]
    pub compare: Option<String>,
    /// The form of the answer; the header Accept says it as well.
    #[param(inline, value_type = Option<Format>)]
    pub format: Option<String>,
    /// Whether CSV begins with a byte-order mark, which Excel needs.
    #[param(value_type = Option<bool>)]
    pub bom: Option<String>,
}

/// The words for ranges.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "only its schema is used")]
pub enum PresetName {
    Today,
    Yesterday,
    #[schema(rename = "7d")]
    Days7,
    #[schema(rename = "30d")]
    Days30,
    #[schema(rename = "90d")]
    Days90,
    ThisWeek,
    LastWeek,
    ThisMonth,
    LastMonth,
}

/// The same, checked.
#[derive(Debug)]
pub struct Asked {
    pub range: Range,
    pub filter: Filter,
    pub compare: Option<CompareMode>,
}

/// How long a range may be, and where longer ones are served.
pub struct Limit {
    pub most: u32,
    pub longer: Option<&'static str>,
}

impl FigureParameters {
    /// Checks the values.
    ///
    /// # Errors
    /// Some are wrong.
    pub fn check(
        &self,
        mut check: Check,
        today: Date,
        accepted: Format,
        limit: &Limit,
    ) -> Result<(Asked, Form), Problem> {
        let filter = filter(&mut check, self.platform.as_deref(), self.shop.as_deref());
        let compare = check.compare(self.compare.as_deref());
        let form = Form {
            format: check.format(self.format.as_deref(), accepted),
            bom: check.flag("bom", self.bom.as_deref()),
        };
        let days = Days {
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            day: self.day.as_deref(),
            preset: self.preset.as_deref(),
        };
        let range = check.range(&days, today, Preset::Days30, limit.most, limit.longer)?;
        check.done()?;
        let asked = Asked {
            range,
            filter,
            compare,
        };
        Ok((asked, form))
    }
}

impl Asked {
    /// Whether it compares a day that is not over.
    pub fn depends_on_time(&self, today: Date) -> bool {
        self.compare.is_some() && self.range.contains(today)
    }

    /// The filter in words.
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        let mut filters = Vec::new();
        if !self.filter.platforms.is_empty() {
            let names: Vec<_> = self
                .filter
                .platforms
                .iter()
                .map(|platform| platform.as_str())
                .collect();
            filters.push(("platform", names.join(", ")));
        }
        if let Some(shop) = &self.filter.shop {
            filters.push(("shop", shop.as_option().unwrap_or("not known").to_owned()));
        }
        filters
    }

    /// The figures of a whole range.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn totals(
        &self,
        reader: &Reader<'_>,
        range: &Range,
    ) -> Result<Measures, ReportError> {
        let row = reader.totals(range, &self.filter).await?;
        Ok(row.map(|row| row.measures).unwrap_or_default())
    }

    /// The comparison, when one was asked for.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn comparison(
        &self,
        reader: &Reader<'_>,
        range: &Range,
    ) -> Result<Option<Comparison>, ReportError> {
        match self.compare {
            Some(mode) => reader.compare(range, &self.filter, mode).await.map(Some),
            None => Ok(None),
        }
    }
}

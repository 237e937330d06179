//! What changed of a day since it was closed.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::access::Viewer;
use crate::api::moment::Moment;
use crate::api::openapi::Failures;
use crate::api::parameters::{Asked, Check, filter};
use crate::http::{HttpState, Problem};
use crate::report::{Change, ChangeCause, Figures, Reader};

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangeParameters {
    /// The business day, as YYYY-MM-DD.
    #[param(required = true, format = Date, example = "2026-03-19")]
    day: Option<String>,
    /// Marketplaces, separated by commas. All when it is left out.
    #[param(pattern = "^(tiktok|shopee|lazada)(,(tiktok|shopee|lazada))*$")]
    platform: Option<String>,
}

/// What changed of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// Every change that was committed by then is in the answer.
    as_of: Moment,
    /// The business day.
    stat_date: Date,
    /// Newest first: the last thousand. None of a day that has not been closed.
    data: Vec<ChangeBody>,
}

/// A change of a closed day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeBody {
    /// When the statistics changed.
    changed_at: Moment,
    /// Marketplace.
    platform: String,
    /// What changed them.
    cause: ChangeCause,
    /// The runs that brought it about.
    runs: Vec<RunLink>,
    /// Whether orders were also changed by something that is no run of daybook.
    by_hand: bool,
    /// The figures before.
    before: Figures,
    /// The figures after.
    after: Figures,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunLink {
    /// Number of the run.
    id: String,
    /// Command.
    command: String,
    /// All about it.
    run_url: String,
}

/// What changed of a day since it was closed
#[utoipa::path(get, path = "/api/v1/changes", tag = "orders", params(ChangeParameters), responses(
    (status = 200, description = "The changes", body = Changes), Failures
))]
pub async fn changes(
    _: Viewer,
    State(state): State<HttpState>,
    Asked(asked): Asked<ChangeParameters>,
) -> Result<Json<Changes>, Problem> {
    let mut check = Check::default();
    let filter = filter(&mut check, asked.platform.as_deref(), None);
    if asked.day.is_none() {
        check.fault("day", "needed: a day as YYYY-MM-DD");
    }
    let day = check.day("day", asked.day.as_deref());
    check.done()?;
    let day = day.unwrap_or_else(|| state.app.clock.today());
    let zone = state.app.clock.zone();
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let found = reader.changes(day, &filter).await?;
    Ok(Json(Changes {
        as_of: Moment::of(reader.as_of(), zone),
        stat_date: day,
        data: found
            .into_iter()
            .map(|change| ChangeBody::of(change, zone))
            .collect(),
    }))
}

impl ChangeBody {
    fn of(change: Change, zone: &jiff::tz::TimeZone) -> Self {
        Self {
            changed_at: Moment::of(change.changed_at, zone),
            platform: change.platform,
            cause: change.cause,
            runs: change
                .runs
                .into_iter()
                .map(|run| RunLink {
                    run_url: format!("/api/v1/runs/{}", run.id),
                    id: run.id.to_string(),
                    command: run.command,
                })
                .collect(),
            by_hand: change.by_hand,
            before: change.before,
            after: change.after,
        }
    }
}

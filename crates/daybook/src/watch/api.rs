//! `/api/v1/alerts`: alerts that are open and that were, and a test of the channels.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::alerts::{After, Alert, list as read_alerts};
use crate::access::{self, Admin, Identity, Outcome, Viewer};
use crate::db;
use crate::http::{HttpState, Problem, RequestId};

/// Alerts on a page, when nobody says how many.
const LIMIT: i64 = 50;
/// And at most.
const MOST: i64 = 500;

/// What the API says about alerts. To be merged into the whole document.
#[derive(OpenApi)]
#[openapi(paths(list, test), components(schemas(AlertsPage, TestedChannels)))]
pub struct AlertsApi;

/// A page of alerts, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertsPage {
    /// When it was read.
    pub as_of: Timestamp,
    /// The alerts.
    pub data: Vec<Alert>,
    /// What to give as `cursor` for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
}

/// How a message that tries every channel was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestedChannels {
    /// When it was sent.
    pub as_of: Timestamp,
    /// The configured channels.
    pub data: Vec<TestedChannel>,
}

/// One channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestedChannel {
    /// `webhook`, `slack` or `telegram`.
    pub channel: &'static str,
    /// Whether it took the message.
    pub delivered: bool,
    /// Why not.
    pub error: Option<String>,
}

/// What of the list is asked for.
#[derive(Debug, PartialEq)]
struct Wanted {
    only_open: bool,
    limit: i64,
    after: Option<After>,
}

/// Alerts that fired, the newest first
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    tag = "operations",
    params(
        ("state" = Option<String>, Query, description = "`open` for those that are not resolved; `all`, the default, for the history as well"),
        ("limit" = Option<i64>, Query, description = "How many, 50 unless told, at most 500", minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of alerts", body = AlertsPage),
        (status = 401, description = "A login is needed"),
        (status = 422, description = "A parameter is wrong"),
        (status = 503, description = "The database cannot be reached"),
    )
)]
pub async fn list(
    _: Viewer,
    State(state): State<HttpState>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<AlertsPage>, Problem> {
    let wanted = wanted(&parameters)?;
    let as_of = state.app.clock.now();
    let mut client = state.client().await?;
    let snapshot = db::snapshot(&mut client).await?;
    // One more than asked for tells whether there is a next page.
    let limit = wanted.limit + 1;
    let mut data = read_alerts(&snapshot, wanted.only_open, wanted.after.as_ref(), limit).await?;
    let has_more = data.len() as i64 > wanted.limit;
    data.truncate(usize::try_from(wanted.limit).unwrap_or_default());
    let last = data.last().filter(|_| has_more);
    Ok(Json(AlertsPage {
        as_of,
        next_cursor: last.map(cursor_after),
        data,
    }))
}

/// Tries every configured channel with a message that says so
#[utoipa::path(
    post,
    path = "/api/v1/alerts/test",
    tag = "operations",
    responses(
        (status = 200, description = "How each channel took it", body = TestedChannels),
        (status = 401, description = "A login is needed"),
        (status = 403, description = "Only admins may do this"),
    )
)]
pub async fn test(
    Admin(who): Admin,
    State(state): State<HttpState>,
    Extension(request): Extension<RequestId>,
) -> Result<Json<TestedChannels>, Problem> {
    let as_of = state.app.clock.now();
    let data = try_channels(&state, &who, &request).await?;
    Ok(Json(TestedChannels { as_of, data }))
}

/// Sends a message that says so to every configured channel, and writes that into the log of actions.
///
/// # Errors
/// PostgreSQL fails.
pub(crate) async fn try_channels(
    state: &HttpState,
    who: &Identity,
    request: &RequestId,
) -> Result<Vec<TestedChannel>, Problem> {
    let now = state.app.clock.now();
    let tried = state.watch.delivery().test(now).await;
    let channels = state.watch.channels().join(", ");
    let ended = match tried.iter().all(|tried| tried.failure.is_none()) {
        true => Outcome::Done,
        false => Outcome::Failed,
    };
    let client: &tokio_postgres::Client = &*state.client().await?;
    access::record(client, who, "alerts.test", &channels, request, ended).await?;
    Ok(tried
        .into_iter()
        .map(|tried| TestedChannel {
            channel: tried.channel,
            delivered: tried.failure.is_none(),
            error: tried.failure.map(|error| error.to_string()),
        })
        .collect())
}

/// Reads the parameters; names every one that is wrong.
fn wanted(parameters: &[(String, String)]) -> Result<Wanted, Problem> {
    let mut wanted = Wanted {
        only_open: false,
        limit: LIMIT,
        after: None,
    };
    let mut faults = Vec::new();
    for (name, value) in parameters {
        let fault = match name.as_str() {
            "state" if value == "open" || value == "all" => {
                wanted.only_open = value == "open";
                continue;
            }
            "state" => "must be open or all",
            "limit" => match value.parse() {
                Ok(limit) if (1..=MOST).contains(&limit) => {
                    wanted.limit = limit;
                    continue;
                }
                _ => "must be a number from 1 to 500",
            },
            "cursor" => match after_cursor(value) {
                Some(after) => {
                    wanted.after = Some(after);
                    continue;
                }
                None => "is no next_cursor of this list",
            },
            _ => "is not a parameter of this list; it takes state, limit and cursor",
        };
        faults.push((name, fault));
    }
    match faults.split_first() {
        None => Ok(wanted),
        Some(((name, fault), others)) => {
            let first = Problem::parameter(name.as_str(), *fault);
            Err(others.iter().fold(first, |problem, (name, fault)| {
                problem.with_error(name.as_str(), *fault)
            }))
        }
    }
}

fn cursor_after(alert: &Alert) -> String {
    let place = format!("{} {}", alert.fired_at.as_microsecond(), alert.key);
    URL_SAFE_NO_PAD.encode(place)
}

fn after_cursor(cursor: &str) -> Option<After> {
    let place = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (microseconds, key) = place.split_once(' ')?;
    // PostgreSQL takes no NUL in a text.
    (!key.contains('\0')).then_some(())?;
    Some(After {
        fired_at: Timestamp::from_microsecond(microseconds.parse().ok()?).ok()?,
        key: key.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let place = URL_SAFE_NO_PAD.encode("1700000000000001 lag:a b");
        let wanted = wanted(&parameters(&[("cursor", &place), ("state", "open")])).unwrap();
        let after = wanted.after.unwrap();
        assert_eq!(after.key, "lag:a b");
        assert_eq!(after.fired_at.as_microsecond(), 1_700_000_000_000_001);
        assert!(wanted.only_open);
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        for cursor in ["", "!", "bm8", &URL_SAFE_NO_PAD.encode("1 a\0b")] {
            assert!(
                wanted(&parameters(&[("cursor", cursor)])).is_err(),
                "{cursor}"
            );
        }
        let wrong = [("limit", "0"), ("page", "2"), ("state", "closed")];
        let problem = wanted(&parameters(&wrong)).unwrap_err();
        assert_eq!(problem.status(), 422);
        let shown = format!("{problem:?}");
        assert!(
            ["limit", "page", "state"]
                .iter()
                .all(|name| shown.contains(name))
        );
    }
}

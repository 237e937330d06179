//! What operators start from the page Operations, with or without script.

use axum::Extension;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;
use serde::Deserialize;

use crate::access::Operator;
use crate::api::{Asker, submit};
use crate::http::{HttpState, Problem, RequestId};
use crate::runs::request::Request;
use crate::web::page::Page;

/// A form of the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Started {
    /// Looked at by the guard.
    #[expect(dead_code, reason = "the guard has compared it already")]
    csrf: Option<String>,
    command: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

impl Started {
    fn request(&self) -> Result<Request, Problem> {
        let (from, to) = (day("from", &self.from)?, day("to", &self.to)?);
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            return Err(Problem::parameter(
                "from",
                format!("{first} is after {last}"),
            ));
        }
        match self.command.as_str() {
            "sync" => Ok(Request::Sync { platform: None }),
            "rebuild" => Ok(Request::Rebuild { from, to }),
            "validate" => Ok(Request::Validate { from, to }),
            "repair" => Ok(Request::Repair { from, to }),
            "replay" => Ok(Request::Replay {
                id: None,
                reason: None,
            }),
            _ => Err(Problem::parameter(
                "command",
                "must be sync, rebuild, validate, repair or replay",
            )),
        }
    }
}

/// A field that is left empty is an open end.
fn day(name: &str, text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| Problem::parameter(name, "must be a day, as 2026-03-20"))
}

/// Asks for a run, and leads back to the list of runs, where it is the first. What is under way already is there as well.
pub async fn start(
    who: Operator,
    Extension(request_id): Extension<RequestId>,
    State(state): State<HttpState>,
    form: Result<Form<Started>, FormRejection>,
) -> Page {
    let Form(form) = form.map_err(|error| Problem::parameter("form", error.body_text()))?;
    let asker = Asker {
        who: &who.0,
        request_id: &request_id,
    };
    submit(&asker, &state, &form.request()?, None).await?;
    Ok(Redirect::to("/operations#runs").into_response())
}

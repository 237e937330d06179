//! `/docs/problems/{kind}`: what each kind of problem means, and what to do. The `type` of every error leads here.

use askama::Template;
use axum::extract::Path;
use axum::response::Html;

use crate::access::Viewer;
use crate::http::Problem;

/// A kind of problem.
#[derive(Debug, Clone, Copy)]
struct Kind {
    name: &'static str,
    status: u16,
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
}

macro_rules! kinds {
    ($($name:literal $status:literal $title:literal: $meaning:literal => $remedy:literal;)*) => {
        /// All kinds there are; a test finds those that are missing.
        const KINDS: &[Kind] = &[$(Kind {
            name: $name,
            status: $status,
            title: $title,
            meaning: $meaning,
            remedy: $remedy,
        }),*];
    };
}

kinds! {
    "invalid-parameter" 422 "A parameter is wrong":
        "A parameter of the request is not known, given twice, or has a value that is not allowed. errors names each of them."
        => "Correct the parameters named in errors; the page about the API lists what each address takes.";
    "range-too-long" 422 "The range is too long":
        "The range has more days than are served at once."
        => "Ask for fewer days, or for weeks or months.";
    "invalid-body" 422 "The body is wrong":
        "The body of the request could be read, but what it says is not allowed. errors names each field."
        => "Correct the fields named in errors.";
    "unreadable-body" 400 "The body cannot be read":
        "The body of the request is not what its Content-Type says."
        => "Send valid JSON with the header Content-Type: application/json.";
    "no-json" 415 "The body must be JSON":
        "This address takes JSON."
        => "Send the header Content-Type: application/json.";
    "unsupported-media-type" 415 "This kind of body is not taken":
        "The address takes another kind of body."
        => "Send the Content-Type that the page about the API names.";
    "body-too-large" 413 "The body is too large":
        "The body of the request has more bytes than are taken."
        => "Send less at once.";
    "not-found" 404 "Not found":
        "There is nothing at this address, or no such order, run or entry."
        => "Check the address; ids must be written exactly as they are.";
    "method-not-allowed" 405 "This method is not for this address":
        "The address exists, but not for this method."
        => "Use a method that the header Allow names.";
    "figures-not-kept" 409 "These figures are not kept":
        "This installation leaves these finer figures out."
        => "Add their name to statistics.grains and run daybook migrate.";
    "conflict" 409 "That does not fit with what is there":
        "What was asked for would contradict what there is, such as a second user of the same name, or no admin at all."
        => "The answer says what is in the way.";
    "busy" 503 "Too many logins at once":
        "Only a few passwords are looked at together, so that logging in does not slow down everything else. Nothing was changed."
        => "Try again in a few seconds.";
    "run-in-the-way" 409 "Another run is in the way":
        "What was asked for cannot run beside a run that is under way. The answer names it."
        => "Wait until that run has ended, and ask again.";
    "login-required" 401 "A login is needed":
        "The address is for people who are logged in, or for programs with a token."
        => "Log in, or send an API token in the header Authorization.";
    "invalid-token" 401 "The token is not valid":
        "The token is unknown, has expired, or was taken back."
        => "Ask an admin for a new one.";
    "forbidden" 403 "Your role does not allow this":
        "You are logged in, but your role may not do this."
        => "Ask an admin.";
    "csrf-token-missing" 403 "The form's token is missing":
        "A form must carry the token of the page it is on, so that other sites cannot send it."
        => "Load the page again and repeat.";
    "foreign-site" 403 "The request comes from another site":
        "Pages of other sites may not make requests here."
        => "Open the page of daybook itself.";
    "foreign-host" 403 "The address is not one of ours":
        "The request names a host that this service does not answer for."
        => "Use the address that the service was started with, or add the name to its settings.";
    "forwarded-request" 403 "The request was forwarded":
        "Without a login, only requests from this machine itself are answered; this one came through a proxy."
        => "Set up users, so that everybody needs a login.";
    "no-host" 400 "The request names no host":
        "The header Host is missing or cannot be read."
        => "Send the header Host.";
    "too-many-attempts" 429 "Too many attempts":
        "The login was tried too often with a wrong password."
        => "Wait as long as the header Retry-After says.";
    "too-many-streams" 429 "Too many streams are open":
        "As many streams of events are open as are served at the same time."
        => "Close pages that nobody looks at, and try again.";
    "too-slow" 503 "The answer took too long":
        "The answer was not finished within the time a request may take. Nothing was changed."
        => "Ask for fewer days, or for one marketplace.";
    "not-answered" 503 "The request was not answered":
        "The request was not answered within the time it may take."
        => "Try again; if it stays, the log names the reason.";
    "database-unavailable" 503 "The database cannot be reached":
        "PostgreSQL does not answer at the moment. Nothing was changed."
        => "Try again in a few seconds; daybook doctor tests the connection.";
    "internal-error" 500 "Something went wrong inside":
        "The request could not be answered for a reason that is not its own."
        => "Look into the log for the request_id of the answer.";
}

#[derive(Template)]
#[template(path = "docs/problems.html")]
struct Page<'a> {
    kinds: &'a [Kind],
}

/// One kind of problem.
pub async fn one(_: Viewer, Path(name): Path<String>) -> Result<Html<String>, Problem> {
    let found = KINDS.iter().position(|kind| kind.name == name);
    let at = found.ok_or_else(|| Problem::not_found("There is no problem of that name."))?;
    render(&KINDS[at..=at])
}

/// All kinds of problems.
pub async fn all(_: Viewer) -> Result<Html<String>, Problem> {
    render(KINDS)
}

fn render(kinds: &[Kind]) -> Result<Html<String>, Problem> {
    Page { kinds }.render().map(Html).map_err(|error| {
        tracing::error!(%error, "a page about problems cannot be rendered");
        Problem::internal()
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::KINDS;

    /// Every kind that the source makes a problem of has its page.
    #[test]
    fn every_kind_is_explained() {
        let mut found = 0;
        each_source(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut |text| {
                // The kind is the first text after the status.
                for made in text.split("::new(").skip(1) {
                    let Some(rest) = made.trim_start().strip_prefix("StatusCode::") else {
                        continue;
                    };
                    let kind = rest.split('"').nth(1).unwrap_or_default();
                    found += 1;
                    assert!(
                        KINDS.iter().any(|known| known.name == kind),
                        "no page about {kind:?}"
                    );
                }
            },
        );
        assert!(found > 5, "problems are not made where this test looks");
    }

    fn each_source(folder: &Path, look: &mut impl FnMut(&str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                each_source(&path, look);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                look(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
}

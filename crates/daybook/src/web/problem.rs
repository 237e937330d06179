//! An error as a page: what happened, what to do, what to name when asking.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use super::preferences::Preferences;
use super::words::Words;
use crate::http::{Problem, RequestId};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    w: &'static Words,
    lang: &'static str,
    theme: &'static str,
    css: String,
    icon: String,
    status: StatusCode,
    title: &'static str,
    detail: &'a str,
    hint: Option<&'a str>,
    id: &'a str,
    needs_login: bool,
}

/// An error as a page. It needs neither the database nor to know who asks.
pub fn problem_page(problem: &Problem, id: &RequestId, preferences: Preferences) -> Response {
    let words = preferences.lang.words();
    let status = problem.status();
    let rendered = ProblemPage {
        w: words,
        lang: preferences.lang.as_str(),
        theme: preferences.theme.as_str(),
        css: assets::href("app.css"),
        icon: assets::href("icon.svg"),
        status,
        title: title(words, status),
        detail: problem.detail(),
        hint: problem.hint(),
        id: id.as_str(),
        needs_login: status == StatusCode::UNAUTHORIZED,
    }
    .render();
    match rendered {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => (status, problem.detail().to_owned()).into_response(),
    }
}

fn title(words: &'static Words, status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => words.problem_not_found,
        StatusCode::UNPROCESSABLE_ENTITY => words.problem_invalid_parameter,
        StatusCode::SERVICE_UNAVAILABLE => words.problem_database_unavailable,
        StatusCode::INTERNAL_SERVER_ERROR => words.problem_internal_error,
        StatusCode::UNAUTHORIZED => words.problem_login_required,
        StatusCode::FORBIDDEN => words.problem_forbidden,
        _ => words.problem_other,
    }
}

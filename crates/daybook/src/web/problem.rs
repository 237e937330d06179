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
    /// What it means, in the reader's language.
    meaning: &'static str,
    detail: &'a str,
    hint: Option<&'a str>,
    id: &'a str,
    needs_login: bool,
}

/// An error as a page. It needs neither the database nor to know who asks.
pub fn problem_page(problem: &Problem, id: &RequestId, preferences: Preferences) -> Response {
    let words = preferences.lang.words();
    let status = problem.status();
    let (title, meaning) = told(words, status);
    let rendered = ProblemPage {
        w: words,
        lang: preferences.lang.as_str(),
        theme: preferences.theme.as_str(),
        css: assets::href("app.css"),
        icon: assets::href("icon.svg"),
        status,
        title,
        meaning,
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

/// What a kind of problem is called, and what it means.
fn told(words: &'static Words, status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => (words.problem_not_found, words.problem_not_found_detail),
        StatusCode::UNPROCESSABLE_ENTITY => (
            words.problem_invalid_parameter,
            words.problem_invalid_parameter_detail,
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            words.problem_database_unavailable,
            words.problem_database_unavailable_detail,
        ),
        StatusCode::INTERNAL_SERVER_ERROR => (
            words.problem_internal_error,
            words.problem_internal_error_detail,
        ),
        StatusCode::UNAUTHORIZED => (
            words.problem_login_required,
            words.problem_login_required_detail,
        ),
        StatusCode::FORBIDDEN => (words.problem_forbidden, words.problem_forbidden_detail),
        _ => (words.problem_other, words.problem_other_detail),
    }
}

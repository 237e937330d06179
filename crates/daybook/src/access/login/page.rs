//! The page to log in on.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::Language;

/// What the page says besides its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Name or password is wrong.
    Wrong,
    /// Not for so many seconds.
    Later(u64),
    /// Too many log in at once.
    Busy,
    /// The browser would not keep the login.
    PlainHttp,
    /// There is no admin yet.
    NoAdmin,
}

/// The page. Its texts stand in the template, in both languages.
#[derive(Template)]
#[template(path = "login.html")]
pub struct LoginPage<'a> {
    language: Language,
    next: &'a str,
    notice: Option<Notice>,
}

impl<'a> LoginPage<'a> {
    /// The page in a language, leading to a page of ours.
    pub fn new(language: Language, next: &'a str, notice: Option<Notice>) -> Self {
        Self {
            language,
            next,
            notice,
        }
    }

    /// The page as an answer.
    pub fn respond(&self, status: StatusCode) -> Response {
        let html = self.render().expect("writing into a string does not fail");
        let headers = [(header::CONTENT_LANGUAGE, self.language.tag())];
        (status, headers, Html(html)).into_response()
    }

    /// The page as an answer that says when to try again.
    pub fn respond_later(&self, status: StatusCode, seconds: u64) -> Response {
        let mut response = self.respond(status);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
        response
    }

    fn text(&self, vietnamese: &'static str, english: &'static str) -> &'static str {
        match self.language {
            Language::Vietnamese => vietnamese,
            Language::English => english,
        }
    }
}

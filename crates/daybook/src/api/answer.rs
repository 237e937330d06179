//! From a question to an answer: form, freshness, cache.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body as HttpBody, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::cache::{Entry, Position, Renewal, Slot};
use super::caller::Caller;
use super::definitions;
use super::envelope::{Body, CompareBody, Content, complete_through};
use super::format::Format;
use super::moment::Moment;
use super::question::Question;
use super::{csv, xlsx};
use crate::db::DatabaseError;
use crate::http::{HttpState, Problem};
use crate::report::{Freshness, POSITION, Reader};

/// In which form an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// JSON, CSV or XLSX.
    pub format: Format,
    /// Whether CSV begins with a byte-order mark.
    pub bom: bool,
}

/// Answers a question.
///
/// # Errors
/// PostgreSQL refuses, or the question has no answer.
pub async fn answer<Q: Question>(
    caller: &Caller,
    question: Q,
    form: Form,
) -> Result<Response, Problem> {
    let Caller {
        state,
        cache,
        headers,
    } = caller;
    let came_at = Instant::now();
    let as_of = state.app.clock.now();
    if form.format == Format::Xlsx {
        return workbook(state, headers, &question).await;
    }
    let today = state.app.clock.today();
    let name = Q::NAME;
    let slot = cache.slot(&format!("{name} {form:?} {today} {question:?}"));
    let asking = cache.asking();
    if asking.is_one_of_many
        && let Some(entry) = slot.shared()
    {
        let as_of = entry.as_of;
        let response = respond(state, headers, &question, form, entry.clone(), as_of);
        if let Some(renewal) = cache.renewal(&slot, &entry, asking) {
            tokio::spawn(renew(state.clone(), slot, renewal, question, form));
        }
        return Ok(response);
    }
    let position = position(state, &question).await?;
    let turn = slot.turn().await;
    let entry = match slot.known_to(came_at, &position) {
        Some(known) => known?,
        None => compute(state, &slot, &question, form).await?,
    };
    // Nothing was committed since, so it is as of now. What was computed meanwhile says itself as of when.
    let as_of = match entry.position == position {
        true => entry.as_of.max(as_of),
        false => entry.as_of,
    };
    drop(turn);
    Ok(respond(state, headers, &question, form, entry, as_of))
}

/// Computes an answer anew that many share, while they are given the last one.
async fn renew<Q: Question>(
    state: HttpState,
    slot: Arc<Slot>,
    renewal: Renewal,
    question: Q,
    form: Form,
) {
    // A failure is found again by who asks when the last answer is too old.
    drop(compute(&state, &slot, &question, form).await);
    drop(renewal);
}

/// The second, for a question whose answer depends on it.
fn second_of<Q: Question>(state: &HttpState, question: &Q) -> Option<String> {
    let now = state.app.clock.civil();
    question
        .depends_on_time(now.date())
        .then(|| now.strftime("%F %T").to_string())
}

/// What an answer computed now follows from.
async fn position<Q: Question>(state: &HttpState, question: &Q) -> Result<Position, Problem> {
    let second = second_of(state, question);
    let client = state.client().await?;
    let row = client
        .query_typed_one(POSITION, &[])
        .await
        .map_err(DatabaseError::statement("begin to read"))?;
    Ok(Position {
        transactions: row.get(0),
        second,
    })
}

/// Computes an answer, and keeps it.
async fn compute<Q: Question>(
    state: &HttpState,
    slot: &Slot,
    question: &Q,
    form: Form,
) -> Result<Entry, Problem> {
    let taken_at = Instant::now();
    let computed = compute_at(state, question, form, taken_at).await;
    slot.keep(taken_at, &computed);
    computed
}

async fn compute_at<Q: Question>(
    state: &HttpState,
    question: &Q,
    form: Form,
    taken_at: Instant,
) -> Result<Entry, Problem> {
    let second = second_of(state, question);
    let mut client = state.client().await?;
    let reader = Reader::begin(&mut client, &state.app.clock).await?;
    let position = Position {
        transactions: reader.position().await?,
        second,
    };
    let content = question.ask(&reader).await?;
    let body = match form.format {
        Format::Csv => csv::write(&question.columns(), &content.data, form.bom),
        _ => json(state, question, &content, &reader.freshness().await?),
    };
    let next = content.next_cursor;
    Ok(Entry {
        position,
        taken_at,
        as_of: reader.as_of(),
        etag: etag(form.format, &body),
        next,
        body: body.into(),
    })
}

/// The JSON body without `as_of`.
fn json<Q: Question>(
    state: &HttpState,
    question: &Q,
    content: &Content<Q::Row>,
    freshness: &Freshness,
) -> Vec<u8> {
    let business = &state.app.config.business;
    let body = Body {
        complete_through: complete_through(freshness, &business.zone),
        time_zone: &business.zone_name,
        currency: business.currency.as_str(),
        range: question.range(),
        data: &content.data,
        totals: content.totals.as_ref(),
        compare: content.compare.as_ref().map(CompareBody::from),
        next_cursor: content.next_cursor.as_deref(),
    };
    serde_json::to_vec(&body).expect("answers are plain data")
}

/// Made of what is sent, so that equal answers have equal ones, whoever asks, on whatever server.
fn etag(format: Format, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let bytes: [u8; 16] = std::array::from_fn(|at| digest[at]);
    format!(
        "W/\"{:032x}-{}\"",
        u128::from_be_bytes(bytes),
        format.as_str()
    )
}

fn respond<Q: Question>(
    state: &HttpState,
    headers: &HeaderMap,
    question: &Q,
    form: Form,
    entry: Entry,
    as_of: Timestamp,
) -> Response {
    let mut response = if is_known(headers, &entry.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match form.format {
            Format::Json => with_as_of(&state.app.clock, as_of, &entry.body),
            _ => entry.body.clone(),
        };
        let mut response = HttpBody::from(body).into_response();
        describe(response.headers_mut(), question, form.format);
        response
    };
    let sent = response.headers_mut();
    cached(sent, &entry.etag);
    if let Some(next) = &entry.next {
        let link = next_link(question, next);
        if let Ok(value) = HeaderValue::from_str(&format!("<{link}>; rel=\"next\"")) {
            sent.insert(header::LINK, value);
        }
    }
    response
}

fn with_as_of(clock: &crate::clock::BusinessClock, as_of: Timestamp, body: &Bytes) -> Bytes {
    let as_of = Moment::by_clock(as_of, clock.zone());
    let mut whole = format!("{{\"as_of\":\"{}\",", as_of.as_str()).into_bytes();
    // Without its opening brace.
    whole.extend_from_slice(&body[1..]);
    whole.into()
}

fn next_link<Q: Question>(question: &Q, cursor: &str) -> String {
    question
        .next_link()
        .map(|link| link.with("cursor", cursor).to_string())
        .unwrap_or_default()
}

/// Whether whoever asks has the answer already.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let without_weakness = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|tag| tag.trim() == "*" || without_weakness(tag) == without_weakness(etag))
}

fn cached(headers: &mut HeaderMap, etag: &str) {
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
    // Asked again each time: figures move, and an unchanged answer costs next to nothing.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.append(header::VARY, HeaderValue::from_static("accept"));
}

fn describe<Q: Question>(headers: &mut HeaderMap, question: &Q, format: Format) {
    let media_type = match format {
        Format::Csv => "text/csv; charset=utf-8",
        other => other.media_type(),
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    if format == Format::Json {
        return;
    }
    let days = question
        .range()
        .map(|range| format!("-{}_{}", range.from(), range.to()))
        .unwrap_or_default();
    let disposition = format!(
        "attachment; filename=\"daybook-{}{days}.{}\"",
        Q::NAME,
        format.as_str()
    );
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
}

/// The answer as a workbook. It says as of when it is, so it is made anew each time.
async fn workbook<Q: Question>(
    state: &HttpState,
    headers: &HeaderMap,
    question: &Q,
) -> Result<Response, Problem> {
    let (content, freshness) = {
        let mut client = state.client().await?;
        let reader = Reader::begin(&mut client, &state.app.clock).await?;
        (question.ask(&reader).await?, reader.freshness().await?)
    };
    let tag = etag(Format::Xlsx, &json(state, question, &content, &freshness));
    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let columns = question.columns();
        let notes = notes(state, question, &freshness);
        let rows = content
            .data
            .iter()
            .map(|row| serde_json::to_value(row).expect("rows are plain data"))
            .collect::<Vec<_>>();
        // Packing tens of thousands of rows takes a while, and must not hold up others.
        let made =
            tokio::task::spawn_blocking(move || xlsx::write(Q::NAME, &columns, &rows, &notes))
                .await
                .ok()
                .and_then(Result::ok)
                .ok_or_else(|| {
                    tracing::error!("a workbook could not be made");
                    Problem::internal()
                })?;
        let mut response = HttpBody::from(made).into_response();
        describe(response.headers_mut(), question, Format::Xlsx);
        response
    };
    cached(response.headers_mut(), &tag);
    Ok(response)
}

/// What the second sheet says.
fn notes<Q: Question>(
    state: &HttpState,
    question: &Q,
    freshness: &Freshness,
) -> Vec<(String, String)> {
    let business = &state.app.config.business;
    let as_of = Moment::by_clock(freshness.as_of, &business.zone);
    let mut notes = vec![
        ("answer".to_owned(), Q::NAME.to_owned()),
        ("as_of".to_owned(), as_of.as_str().to_owned()),
    ];
    for (platform, through) in complete_through(freshness, &business.zone) {
        let through = through.map_or_else(|| "not yet".to_owned(), |at| at.as_str().to_owned());
        notes.push((format!("complete_through {platform}"), through));
    }
    notes.push(("time_zone".to_owned(), business.zone_name.clone()));
    notes.push(("currency".to_owned(), business.currency.as_str().to_owned()));
    if let Some(range) = question.range() {
        notes.push(("from".to_owned(), range.from().to_string()));
        notes.push(("to".to_owned(), range.to().to_string()));
    }
    for (name, value) in question.filters() {
        notes.push((name.to_owned(), value));
    }
    for column in question.columns() {
        if let Some(definition) = definitions::of(column.name) {
            notes.push((column.name.to_owned(), definition.in_one_line()));
        }
    }
    notes
}

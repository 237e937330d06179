//! The document about the API, from the code, and a page that shows it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, OpenApi, ToSchema};

use super::parameters::{Asked, Nothing};
use super::{ActionsApi, definitions, events, figures, health, orders, runs, waiting};
use crate::access::{AccessApi, Viewer};
use crate::http::{Problem, ProblemBody};
use crate::watch::api::AlertsApi;

/// What reads.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "daybook",
        description = "Exact daily statistics of marketplace orders. Money and ids are text, counts numbers, rates text with \
                       two decimals or null; days are business days, instants carry their offset. Ranges include both ends. \
                       Unknown parameters are errors, and an error is a document of RFC 9457."
    ),
    paths(
        figures::daily, figures::weekly, figures::monthly, figures::totals, figures::platforms, figures::shops,
        figures::regions, figures::categories, definitions::list,
        orders::list, orders::one, orders::search, orders::changes,
        runs::list, runs::one, waiting::queue, waiting::quarantine, health::health, events::stream,
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "figures", description = "What was sold."),
        (name = "orders", description = "Why a figure is what it is."),
        (name = "service", description = "Whether everything runs."),
    )
)]
struct Reading;

/// The whole document. Another part of the program adds its own here.
fn whole() -> utoipa::openapi::OpenApi {
    let mut document = Reading::openapi();
    for part in [
        ActionsApi::openapi(),
        AccessApi::openapi(),
        AlertsApi::openapi(),
    ] {
        document.merge(part);
    }
    let items = document.paths.paths.values_mut();
    let operations = items.flat_map(|item| [&mut item.get, &mut item.post]);
    operations.flatten().for_each(may_fail);
    document
}

/// Every operation can fail as any request can, with the same kind of document; what it says of a failure itself stays.
fn may_fail(operation: &mut utoipa::openapi::path::Operation) {
    let responses = &mut operation.responses.responses;
    for (status, failure) in Failures::responses() {
        match (responses.get_mut(&status), failure) {
            (Some(RefOr::T(own)), RefOr::T(failure)) => own.content = failure.content,
            // Only answers that have an ETag can be unchanged, and those say so.
            (None, failure) if status != "304" => drop(responses.insert(status, failure)),
            _ => {}
        }
    }
}

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(whole()).expect("the document is plain data"));

/// How any request can end without what was asked for.
pub struct Failures;

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let problem = |description: &str| {
            ResponseBuilder::new().description(description).content(
                "application/problem+json",
                ContentBuilder::new()
                    .schema(Some(Ref::from_schema_name(ProblemBody::name())))
                    .build(),
            )
        };
        let later = |description: &str| {
            problem(description).header(
                "Retry-After",
                HeaderBuilder::new()
                    .description(Some("After how many seconds another try makes sense"))
                    .build(),
            )
        };
        let unchanged =
            ResponseBuilder::new().description("The answer that If-None-Match names is still true");
        [
            ("304", unchanged),
            ("400", problem("The request cannot be read")),
            ("401", problem("A login is needed")),
            (
                "403",
                problem("The role does not allow this, or the request comes from elsewhere"),
            ),
            ("404", problem("There is no such thing")),
            ("409", problem("The figures are not kept")),
            ("413", problem("The body is too large")),
            ("415", problem("The body is no JSON")),
            ("422", problem("A parameter is wrong")),
            ("429", later("Too many at the same time")),
            ("500", problem("Something went wrong inside")),
            (
                "503",
                later("The database cannot be reached, or takes too long"),
            ),
        ]
        .into_iter()
        .map(|(status, response)| (status.to_owned(), RefOr::T(response.build())))
        .collect()
    }
}

/// The document about this API, in OpenAPI 3.1.
pub async fn document(_: Viewer, _: Asked<Nothing>) -> Response {
    let mut response = DOCUMENT.to_string().into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// The operations, as a page.
#[derive(Template)]
#[template(path = "docs/api.html")]
struct Page {
    version: &'static str,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    tag: String,
    summary: String,
    description: String,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    description: String,
    values: String,
}

/// A page that shows what the document holds, without script.
pub async fn page(_: Viewer) -> Result<Html<String>, Problem> {
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        operations: operations(&DOCUMENT),
    };
    page.render().map(Html).map_err(|error| {
        tracing::error!(%error, "the page about the API cannot be rendered");
        Problem::internal()
    })
}

fn operations(document: &Value) -> Vec<Operation> {
    let empty = serde_json::Map::new();
    let paths = document["paths"].as_object().unwrap_or(&empty);
    let mut operations: Vec<_> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                tag: text(&operation["tags"][0]),
                summary: text(&operation["summary"]),
                description: text(&operation["description"]),
                parameters: operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(Parameter::of)
                    .collect(),
            })
        })
        .collect();
    operations.sort_by(|one, other| (&one.tag, &one.path).cmp(&(&other.tag, &other.path)));
    operations
}

impl Parameter {
    fn of(parameter: &Value) -> Self {
        Self {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            required: parameter["required"].as_bool().unwrap_or(false),
            description: text(&parameter["description"]),
            values: enumerated(&parameter["schema"]).join(", "),
        }
    }
}

/// The words that a schema allows, wherever in it they are.
fn enumerated(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => match members.get("enum").and_then(Value::as_array) {
            Some(words) => words
                .iter()
                .map(text)
                .filter(|word| !word.is_empty())
                .collect(),
            None => members.values().flat_map(enumerated).collect(),
        },
        Value::Array(parts) => parts.iter().flat_map(enumerated).collect(),
        _ => Vec::new(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

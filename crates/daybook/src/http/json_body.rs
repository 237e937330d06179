//! Bodies of requests as JSON, with refusals as problems.

use std::fmt;
use std::marker::PhantomData;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Problem;

/// A body of JSON. Its type denies unknown fields.
#[derive(Debug, Clone, Copy)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<Object<T>>::from_request(request, state).await {
            Ok(Json(Object(body))) => Ok(Self(body)),
            Err(rejection) => Err(problem(&rejection)),
        }
    }
}

/// A JSON object. By itself serde takes an array for the fields of a struct in their order as well.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields))
    }
}

fn problem(rejection: &JsonRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "no-json",
            "The body is not JSON",
            "This takes a body of the type application/json.",
        ),
        StatusCode::UNPROCESSABLE_ENTITY => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-body",
            "The body does not fit",
            rejection.body_text(),
        ),
        status => Problem::new(
            status,
            "unreadable-body",
            "The body cannot be read",
            rejection.body_text(),
        ),
    }
}

/// What somebody is told whose request has too long a body.
pub fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-large",
        "The body is too large",
        "The body of this request is longer than this takes.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Days {
        from: Option<u8>,
        to: Option<u8>,
    }

    fn read(body: &str) -> Result<Days, String> {
        let read = serde_json::from_str::<Object<Days>>(body);
        read.map(|Object(days)| days)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_body_is_an_object() {
        assert_eq!(
            read(r#"{"to": 2}"#),
            Ok(Days {
                from: None,
                to: Some(2)
            })
        );
        assert_eq!(
            read("{}"),
            Ok(Days {
                from: None,
                to: None
            })
        );
        for wrong in [
            "[null, null]",
            "[]",
            "null",
            "1",
            r#"{"till": 2}"#,
            r#"{"to": 1, "to": 2}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

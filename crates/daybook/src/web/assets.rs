//! Style sheet, script and icon, in the binary. Their addresses carry a hash of their content, so that browsers keep them
//! for ever and still see a new version at once.

use std::sync::LazyLock;

use axum::extract::{Path, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::http::Problem;

/// A file in the binary.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static [u8],
    /// Hexadecimal digits of its hash.
    hash: &'static LazyLock<String>,
}

macro_rules! assets {
    ($($name:literal as $media_type:literal;)*) => {
        static ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            media_type: $media_type,
            content: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $name)),
            hash: {
                static HASH: LazyLock<String> = LazyLock::new(|| {
                    hash(include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/", $name)))
                });
                &HASH
            },
        },)*];
    };
}

assets! {
    "app.css" as "text/css; charset=utf-8";
    "app.js" as "text/javascript; charset=utf-8";
    "icon.svg" as "image/svg+xml";
}

fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The address of a file, with the hash of its content.
pub fn href(name: &str) -> String {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => format!("/assets/{name}?v={}", **asset.hash),
        None => format!("/assets/{name}"),
    }
}

/// Answers with a file. With the right hash in the address it never changes; without, browsers ask again each time.
///
/// # Errors
/// There is no such file.
pub async fn serve(Path(name): Path<String>, request: Request) -> Result<Response, Problem> {
    answer(&name, &request)
}

/// Answers with the icon, where browsers look for it when a page names none.
///
/// # Errors
/// There is no icon.
pub async fn icon(request: Request) -> Result<Response, Problem> {
    answer("icon.svg", &request)
}

fn answer(name: &str, request: &Request) -> Result<Response, Problem> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or_else(|| Problem::not_found("There is no such file."))?;
    let tag = format!("\"{}\"", **asset.hash);
    let is_pinned = request.uri().query() == Some(&format!("v={}", **asset.hash));
    let caching = match is_pinned {
        true => "public, max-age=31536000, immutable",
        false => "public, no-cache",
    };
    let is_known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, asset.media_type)], asset.content).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

//! The API over HTTP.

mod attacks;
mod caching;
mod documents;
mod events;
mod figures;
mod files;
mod one_snapshot;
mod paging;
mod parameters;
mod workbook;

use serde_json::Value;

use crate::report::Business;
use crate::service::Service;

/// The service over a business, which loads nothing by itself.
pub fn serve(business: &Business) -> Service {
    Service::start_with(&business.world, |command| {
        // Orders that a test has changed or deleted would come back.
        command.env_remove("DAYBOOK_SOURCE");
    })
}

/// Gets an answer that must be there.
pub async fn good(service: &Service, path: &str) -> Value {
    let (status, body) = service.get(path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// The rows of an answer.
pub fn rows(body: &Value) -> &Vec<Value> {
    body["data"].as_array().unwrap()
}

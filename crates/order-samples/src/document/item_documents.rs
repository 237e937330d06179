//! Items of Lazada orders as documents of their own.

use bson::raw::cstr;
use bson::{RawDocumentBuf, rawdoc};

use super::envelope::{object_id, stored_time};
use crate::life::Order;
use crate::version::Version;

/// Takes the items out of an order's payload and makes a document of each, with the code that joins
/// it to the order. An item keeps its id, so that a newer state replaces it.
pub(crate) fn take_items(
    order: &Order,
    version: &Version,
    payload: &mut RawDocumentBuf,
) -> Vec<RawDocumentBuf> {
    let mut rest = RawDocumentBuf::new();
    let mut items = Vec::new();
    let order_id = payload.get("order_id").ok().flatten();
    for element in payload.iter() {
        let (name, value) = element.expect("what was just made can be read");
        match (name.as_str(), value.as_array(), order_id) {
            ("order_items", Some(units), Some(order_id)) => {
                for (number, unit) in (0..).zip(units.into_iter().flatten()) {
                    let mut item = rawdoc! { "_id": object_id(order, order.placed_at, number) };
                    item.append(cstr!("order_id"), order_id);
                    let unit = unit.as_document().into_iter().flatten().flatten();
                    unit.for_each(|(name, value)| item.append(name, value));
                    item.append(cstr!("updatedAt"), stored_time(version.ingested_at));
                    items.push(item);
                }
            }
            _ => rest.append(name, value),
        }
    }
    *payload = rest;
    items
}

//! What a collector puts around the payload: nothing much, or a document of its own
//! (platforms.md 7).

use bson::oid::ObjectId;
use bson::raw::cstr;
use bson::{DateTime, RawBson, RawDocument, RawDocumentBuf, rawdoc};
use jiff::Timestamp;

use super::plain_json;
use crate::Marketplace;
use crate::life::Order;
use crate::version::Version;

/// Where a collector puts the payload.
#[derive(Clone, Copy)]
enum Place {
    Root,
    /// Under a name.
    Under(&'static str),
    /// Under a name and then another.
    Within(&'static str, &'static str),
    /// Under `data`, and with copies of code and state beside it.
    BesideCopies,
    /// As text under `raw_json`.
    JsonText,
}

/// Collectors differ by marketplace, and have changed their minds.
fn place(marketplace: Marketplace, version: &Version) -> Place {
    match (marketplace, version.seed % 20) {
        (Marketplace::Tiktok, 0..12) => Place::Under("raw"),
        (Marketplace::Tiktok, 12) => Place::Within("raw", "data"),
        (Marketplace::Shopee, 0..9) => Place::Under("data"),
        (Marketplace::Shopee, 9) => Place::BesideCopies,
        (Marketplace::Shopee, 10) => Place::Within("data", "response"),
        (Marketplace::Lazada, 0..6) => Place::Under("payload"),
        (Marketplace::Lazada, 6) => Place::Under("order"),
        (_, 19) => Place::JsonText,
        _ => Place::Root,
    }
}

/// The payload as it is stored.
pub(crate) fn wrapped(
    order: &Order,
    version: &Version,
    payload: &RawDocument,
    id: ObjectId,
) -> RawDocumentBuf {
    let mut document = rawdoc! { "_id": id };
    match place(order.marketplace, version) {
        Place::Root => append_all(&mut document, payload),
        Place::Under(name) => append(&mut document, name, payload),
        Place::Within(name, inner) => {
            let mut answer = RawDocumentBuf::new();
            append(&mut answer, inner, payload);
            append(&mut document, name, &answer);
        }
        Place::BesideCopies => {
            for (copy, name) in [("orderSn", "order_sn"), ("status", "order_status")] {
                if let Ok(Some(value)) = payload.get(name) {
                    append(&mut document, copy, value);
                }
            }
            append(&mut document, "data", payload);
        }
        Place::JsonText => match plain_json::text(payload) {
            Some(text) => document.append(cstr!("raw_json"), text.as_str()),
            None => append_all(&mut document, payload),
        },
    }
    document.append(cstr!("shop_id"), shop(order, version));
    document.append(cstr!("updatedAt"), stored_time(version.ingested_at));
    document
}

fn append<'a>(
    document: &mut RawDocumentBuf,
    name: &str,
    value: impl Into<bson::RawBsonRef<'a>> + 'a,
) {
    let name: &bson::raw::CStr = name.try_into().expect("our names hold no NUL");
    document.append(name, value);
}

fn append_all(document: &mut RawDocumentBuf, payload: &RawDocument) {
    for element in payload {
        let (name, value) = element.expect("what was just made can be read");
        document.append(name, value);
    }
}

/// The seller's account; where it is a number, some collectors store a number.
fn shop(order: &Order, version: &Version) -> RawBson {
    match order.shop.parse() {
        Ok(number) if version.seed.is_multiple_of(7) => RawBson::Int64(number),
        _ => RawBson::String(order.shop.to_owned()),
    }
}

/// A time as drivers store it.
pub(super) fn stored_time(time: Timestamp) -> RawBson {
    RawBson::DateTime(DateTime::from_millis(time.as_millisecond()))
}

/// The id of a version's document or of another copy of it: the same whenever it is told.
pub(crate) fn document_id(order: &Order, version: &Version, copy: u8) -> ObjectId {
    object_id(order, version.ingested_at, copy << 4 | version.stage as u8)
}

/// The id of a document that every version of an order replaces.
pub(crate) fn replaced_id(order: &Order) -> ObjectId {
    object_id(order, order.placed_at, 0)
}

/// An id that begins with a time, as servers make them, and goes on with the order's number.
pub(super) fn object_id(order: &Order, time: Timestamp, last: u8) -> ObjectId {
    let mut bytes = [0; 12];
    let second = u32::try_from(time.as_second()).unwrap_or(0);
    bytes[..4].copy_from_slice(&second.to_be_bytes());
    bytes[4..11].copy_from_slice(&order.number.to_be_bytes()[1..]);
    bytes[11] = last;
    ObjectId::from_bytes(bytes)
}

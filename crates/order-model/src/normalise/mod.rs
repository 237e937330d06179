//! Stage 2: a raw document becomes an order, or a named reject. Pure: the same document, companions and rules always give
//! the same result.
//!
//! Each marketplace has one file, read top to bottom in one order: signature, statuses, times, money, items, the adapter.

mod draft;
mod lazada;
mod lines;
mod payload;
mod shopee;
mod tiktok;

use std::borrow::Cow;

use bson::{RawBsonRef, RawDocument};
use jiff::Timestamp;

use self::draft::Draft;
use self::payload::Signature;
use crate::field::{Elements, Field, Walk, find, pick, text, time};
use crate::{Layout, Order, OrderCode, Platform, RawOrder, Reject, RejectReason, Rules, Warning};

/// Version of the rules. Goes up whenever a document would become something else than before: documents that were loaded by the same
/// version, and are the same, are not read by the rules again.
pub const RULE_VERSION: i32 = 2;

/// Names under which collectors keep the time they stored a document, the most usual first (`platforms.md` 6, 7).
/// `updated_at` is not among them: it is Lazada's own.
pub const INGEST_FIELDS: [&str; 8] = [
    "updatedAt",
    "fetchedAt",
    "last_synced_at",
    "lastSyncedAt",
    "fetched_at",
    "ingestedAt",
    "ingested_at",
    "syncedAt",
];

/// An order, and what a person should know about how it was read.
#[derive(Debug, Clone)]
pub struct Normalised {
    /// The order.
    pub order: Order,
    /// Oddities, none of which stopped it.
    pub warnings: Vec<Warning>,
}

/// What an adapter works with.
struct Input<'a> {
    /// The marketplace's own document.
    payload: &'a Elements<'a>,
    /// The document as stored; the same as the payload when there is no envelope.
    envelope: &'a Elements<'a>,
    companions: Vec<Cow<'a, RawDocument>>,
    companions_expected: bool,
    rules: &'a Rules,
}

fn signature(platform: Platform) -> &'static Signature {
    match platform {
        Platform::Tiktok => &tiktok::SIGNATURE,
        Platform::Shopee => &shopee::SIGNATURE,
        Platform::Lazada => &lazada::SIGNATURE,
    }
}

/// Normalises a document of a marketplace.
///
/// # Errors
/// The document is no order, or holds something that would have to be guessed.
pub fn normalise(
    platform: Platform,
    raw: &RawOrder<'_>,
    rules: &Rules,
) -> Result<Normalised, Reject> {
    let signature = signature(platform);
    let envelope = Elements::of(raw.document);
    let payload = payload::locate(raw.document, &envelope, &rules.layout, signature)?
        .ok_or_else(|| Reject::new(RejectReason::PayloadNotFound, ""))?;
    let is_wrapped = !std::ptr::eq(&*payload, raw.document);
    let within = is_wrapped.then(|| Elements::of(&payload));
    let input = Input {
        payload: within.as_ref().unwrap_or(&envelope),
        envelope: &envelope,
        companions: payload::companions(&newest_first(raw.companions, rules), signature),
        companions_expected: raw.companions_expected,
        rules,
    };
    let mut warnings = Vec::new();
    let draft = match platform {
        Platform::Tiktok => tiktok::read(&input, &mut warnings),
        Platform::Shopee => shopee::read(&input, &mut warnings),
        Platform::Lazada => lazada::read(&input, &mut warnings),
    };
    // Each once: an order of many items would tell the same of each of them.
    warnings.sort();
    warnings.dedup();
    draft
        .and_then(|draft| finish(platform, draft, raw, &input))
        .map(|order| Normalised { order, warnings })
        .map_err(|reject| describe(reject, platform, &input))
}

/// Companions in an order that does not depend on how they were read: the one stored last comes first.
fn newest_first<'a>(companions: &[&'a RawDocument], rules: &Rules) -> Vec<&'a RawDocument> {
    let mut sorted = companions.to_vec();
    sorted.sort_by_cached_key(|document| {
        let stored = ingested_at(document, &rules.layout);
        (std::cmp::Reverse(stored), document.as_bytes().to_vec())
    });
    sorted
}

fn finish(
    platform: Platform,
    draft: Draft,
    raw: &RawOrder<'_>,
    input: &Input<'_>,
) -> Result<Order, Reject> {
    let layout = &input.rules.layout;
    let of_companions = raw.companions.iter().copied();
    let ingested_at = std::iter::once(ingested_at_of(input.envelope, layout))
        .chain(of_companions.map(|document| ingested_at(document, layout)))
        .flatten()
        .max();
    draft.finish(
        platform,
        ingested_at.unwrap_or(Timestamp::UNIX_EPOCH),
        shop_id(input)?,
        input.rules,
    )
}

/// The seller account, from the payload or its envelope.
fn shop_id(input: &Input<'_>) -> Result<Option<String>, Reject> {
    const NAMES: [&str; 3] = ["shop_id", "shopId", "shop_code"];
    for document in [input.payload, input.envelope] {
        let found = pick(document, "", NAMES)?
            .into_iter()
            .find_map(text::short_id);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Adds to a reject what may be told about its order.
fn describe(mut reject: Reject, platform: Platform, input: &Input<'_>) -> Reject {
    let signature = signature(platform);
    reject.order_code = payload::order_code(input.payload, signature).filter(is_plain);
    let first = |names: &[&'static str]| {
        names
            .iter()
            .find_map(|name| pick(input.payload, "", [name]).ok()?[0].value())
    };
    reject.source_updated_at =
        first(signature.updated).and_then(|value| time::read_leniently(value, &input.rules.zone));
    reject.platform_status = first(signature.status)
        .and_then(RawBsonRef::as_str)
        .and_then(|word| text::plain_word(word.trim()))
        .map(str::to_owned);
    reject
}

/// Whether a code can be shown anywhere.
fn is_plain(code: &OrderCode) -> bool {
    code.as_str()
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// When the collector stored a document: the configured field or the usual ones of the envelope, else the time in its
/// ObjectId.
pub fn ingested_at(document: &RawDocument, layout: &Layout) -> Option<Timestamp> {
    ingested_at_of(document, layout)
}

fn ingested_at_of<'a>(document: impl Walk<'a> + Copy, layout: &Layout) -> Option<Timestamp> {
    let read = |value: RawBsonRef<'_>| time::read_leniently(value, &jiff::tz::TimeZone::UTC);
    let named = match &layout.ingest_field {
        Some(field) => find(document, &[field.as_str()])[0].and_then(read),
        None => find(document, &INGEST_FIELDS)
            .into_iter()
            .flatten()
            .find_map(read),
    };
    named.or_else(|| match find(document, &["_id"]) {
        [Some(RawBsonRef::ObjectId(id))] => {
            Timestamp::from_millisecond(id.timestamp().timestamp_millis()).ok()
        }
        _ => None,
    })
}

/// Whether a document seems to hold an order of a marketplace: with a number that can be read, because the other fields
/// are those of other marketplaces, too.
pub fn looks_like_order(platform: Platform, document: &RawDocument, layout: &Layout) -> bool {
    order_code_of(platform, document, layout).is_some()
}

/// The number of the order a document is about.
pub fn order_code_of(
    platform: Platform,
    document: &RawDocument,
    layout: &Layout,
) -> Option<OrderCode> {
    let signature = signature(platform);
    let elements = Elements::of(document);
    let payload = payload::locate(document, &elements, layout, signature).ok()??;
    payload::order_code(&*payload, signature)
}

/// The number of the order that a document of a sibling collection belongs to.
pub fn companion_key(platform: Platform, document: &RawDocument, _: &Layout) -> Option<String> {
    let signature = signature(platform);
    let companion = payload::companions(&[document], signature).pop()?;
    payload::order_code(&*companion, signature).map(|code| code.as_str().to_owned())
}

/// Names of the fields that hold a marketplace's order number.
pub fn order_code_fields(platform: Platform) -> &'static [&'static str] {
    signature(platform).code
}

/// Key names of a document, two levels deep, without values: what a person needs to see when nothing matches. A key that
/// is no plain identifier could be data, and is not shown; nor is one of the second level that no marketplace and no
/// collector of ours uses.
pub fn key_paths(document: &RawDocument) -> Vec<String> {
    const SHOWN: usize = 60;
    let mut paths = Vec::new();
    for (key, value) in keys(document) {
        paths.push(key.clone());
        if let Some(inner) = value.and_then(RawBsonRef::as_document) {
            let known = |(inner_key, _): &(String, _)| is_known_key(inner_key);
            let inner_keys: Vec<_> = keys(inner).collect();
            let others = inner_keys.iter().filter(|inner| !known(inner)).count();
            let shown = inner_keys.iter().filter(|inner| known(inner));
            paths.extend(shown.map(|(inner_key, _)| format!("{key}.{inner_key}")));
            if others > 0 {
                paths.push(format!("{key}.<{others} more>"));
            }
        }
    }
    paths.truncate(SHOWN);
    paths
}

/// Whether a name is that of a field by which orders or their envelopes are known.
fn is_known_key(key: &str) -> bool {
    let known_by = |platform: Platform| {
        let signature = signature(platform);
        [
            signature.code,
            signature.status,
            signature.created,
            signature.updated,
            signature.money,
            signature.companion,
        ]
        .concat()
        .contains(&key)
    };
    Platform::ALL.into_iter().any(known_by)
        || INGEST_FIELDS.contains(&key)
        || payload::WRAPPERS.contains(&key)
}

fn keys(document: &RawDocument) -> impl Iterator<Item = (String, Option<RawBsonRef<'_>>)> {
    let is_plain = |key: &str| {
        (1..=40).contains(&key.len())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && key.chars().filter(char::is_ascii_digit).count() <= 2
    };
    document
        .iter_elements()
        .map_while(Result::ok)
        .map(move |element| {
            let key = element.key().as_str();
            let shown = if is_plain(key) { key } else { "<odd key>" };
            (shown.to_owned(), element.value().ok())
        })
}

/// The latest of several times, of which some may be absent or unreadable.
fn latest(fields: &[Field<'_>], rules: &Rules) -> Option<Timestamp> {
    let plausible = |field: &Field<'_>| time::read(*field, rules, &mut Vec::new()).ok().flatten();
    fields.iter().filter_map(plausible).max()
}

//! Any spelling of a value reads as the same value.

use bson::{Bson, DateTime, Document, RawDocumentBuf};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, offset};
use order_model::{Money, Platform, RejectReason, document_from_json};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::any_value::decimal;
use super::fixture::{normalise_alone, outcome, rules, warning_words};
use super::{any_order, raw};

/// Whole numbers up to here are exact in a double.
const EXACT_IN_DOUBLE: i64 = (1 << 53) - 1;
/// Hundredths up to here each have a double of their own.
const HUNDREDTHS_IN_DOUBLE: i64 = (1 << 46) * 100 - 1;

/// Every way to write a whole number.
fn spellings_of_integer(number: i64) -> Vec<Bson> {
    let mut spellings = vec![
        Bson::Int64(number),
        decimal(&number.to_string()),
        decimal(&format!("{number}.0")),
        Bson::String(number.to_string()),
        Bson::String(format!(" {number} ")),
    ];
    spellings.extend(i32::try_from(number).map(Bson::Int32));
    if number.abs() <= EXACT_IN_DOUBLE {
        spellings.push(Bson::Double(number as f64));
    }
    spellings
}

/// Every way to write an amount.
fn spellings_of_amount(hundredths: i64) -> Vec<Bson> {
    let plain = Money::from_hundredths(hundredths).unwrap().to_string();
    let grouped = grouped(&plain);
    let mut spellings = vec![
        decimal(&plain),
        decimal(&format!("{hundredths}E-2")),
        Bson::String(format!("{plain}00")),
        Bson::String(format!("\t{plain} ")),
        Bson::String(grouped.clone()),
        Bson::String(format!("{grouped} VND")),
        Bson::String(format!("VND {grouped}")),
        Bson::String(format!("₫{grouped}")),
        Bson::String(format!("{grouped} đ")),
        Bson::String(plain),
        Bson::String(format!("{hundredths}e-2")),
    ];
    if hundredths.abs() <= HUNDREDTHS_IN_DOUBLE {
        spellings.push(Bson::Double(hundredths as f64 / 100.0));
    }
    if hundredths % 100 == 0 {
        spellings.push(Bson::Int64(hundredths / 100));
        spellings.extend(i32::try_from(hundredths / 100).map(Bson::Int32));
        spellings.push(Bson::String((hundredths / 100).to_string()));
    }
    spellings
}

/// Commas between thousands.
fn grouped(plain: &str) -> String {
    let (whole, fraction) = plain.split_once('.').unwrap();
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    groups.reverse();
    format!("{sign}{}.{fraction}", groups.join(","))
}

/// Every way to write an instant of whole milliseconds.
fn spellings_of_time(instant: Timestamp) -> Vec<Bson> {
    let text = |offset: Offset, form: &str| {
        let zoned = instant.to_zoned(TimeZone::fixed(offset));
        Bson::String(zoned.strftime(form).to_string())
    };
    let milliseconds = instant.as_millisecond();
    let mut spellings = vec![
        Bson::DateTime(DateTime::from_millis(milliseconds)),
        Bson::String(instant.to_string()),
        text(offset(7), "%Y-%m-%dT%H:%M:%S%.f%:z"),
        text(offset(8), "%Y-%m-%d %H:%M:%S%.f %z"),
        text(offset(-5), "%Y-%m-%dT%H:%M:%S%.f%z"),
        decimal(&format!("{milliseconds}E-3")),
    ];
    spellings.extend(spellings_of_integer(milliseconds));
    if milliseconds % 1_000 == 0 {
        spellings.extend(spellings_of_integer(milliseconds / 1_000));
    }
    spellings
}

/// Other ways to write what stands under a key of a fixture; none when it is no number and no time.
fn spellings_of(key: &str, value: &Bson) -> Vec<Bson> {
    let text = match value {
        Bson::Int32(number) => number.to_string(),
        Bson::Int64(number) => number.to_string(),
        Bson::Double(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Bson::Decimal128(number) => number.to_string(),
        Bson::String(text) => text.trim().to_owned(),
        Bson::DateTime(date) => date.timestamp_millis().to_string(),
        _ => return Vec::new(),
    };
    let integer = text.parse::<i64>().ok();
    if key.ends_with("_time") || key.ends_with("_at") || key.ends_with("At") {
        let instant = match integer {
            Some(0) => None,
            Some(number) if number > 1_000_000_000_000 => Timestamp::from_millisecond(number).ok(),
            Some(number) => Timestamp::from_second(number).ok(),
            None => text.replace(" +", "+").parse().ok(),
        };
        instant.map_or(Vec::new(), spellings_of_time)
    } else if is_amount(key) {
        let digits: String = text
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        match format!("{whole}{fraction:0<2}").parse() {
            Ok(hundredths) if !whole.is_empty() => spellings_of_amount(hundredths),
            _ => Vec::new(),
        }
    } else {
        integer.map_or(Vec::new(), spellings_of_integer)
    }
}

fn is_amount(key: &str) -> bool {
    [
        "amount",
        "price",
        "voucher",
        "discount",
        "fee",
        "tax",
        "coins",
        "sub_total",
    ]
    .iter()
    .any(|word| key.contains(word))
}

/// Writes every value of a document in another way, as `choice` picks.
fn respelt(document: Document, choice: &mut impl FnMut() -> usize) -> Document {
    document
        .into_iter()
        .map(|(key, value)| {
            let value = respelt_value(&key, value, choice);
            (key, value)
        })
        .collect()
}

fn respelt_value(key: &str, value: Bson, choice: &mut impl FnMut() -> usize) -> Bson {
    match value {
        Bson::Document(inner) => Bson::Document(respelt(inner, choice)),
        Bson::Array(values) => values
            .into_iter()
            .map(|value| respelt_value(key, value, choice))
            .collect(),
        value => {
            let mut spellings = spellings_of(key, &value);
            spellings.insert(0, value);
            spellings.swap_remove(choice() % spellings.len())
        }
    }
}

/// A TikTok order with one value set.
fn tiktok(path: &str, value: Bson) -> RawDocumentBuf {
    let order = json!({
        "id": "581000000000000017",
        "status": "UNPAID",
        "create_time": 1_773_457_200,
        "payment": { "currency": "VND", "total_amount": "1" },
    });
    let document = document_from_json(order.to_string().as_bytes()).unwrap();
    let mut document: Document = document.try_into().unwrap();
    match path.split_once('.') {
        Some((outer, inner)) => drop(
            document
                .get_document_mut(outer)
                .unwrap()
                .insert(inner, value),
        ),
        None => drop(document.insert(path, value)),
    }
    raw(&document)
}

proptest! {
    #[test]
    fn a_document_reads_the_same_in_any_spelling(
        case in any_order(),
        choices in vec(any::<u8>(), 1..200),
    ) {
        let mut next = choices.iter().cycle().map(|choice| usize::from(*choice));
        let mut choice = || next.next().unwrap();
        let (document, reading) = case.changed(|document| raw(&respelt(document, &mut choice)));
        let read = case.fixture.normalise_as(&document, &reading, &rules());
        prop_assert_eq!(outcome(&read), case.reading.expected.clone(), "{:?}", document);
        let direct = case.fixture.normalise(case.reading, &rules());
        prop_assert_eq!(read.unwrap().order, direct.unwrap().order);
    }

    #[test]
    fn any_amount_reads_the_same_in_any_spelling(
        hundredths in prop_oneof![0_i64..100_000_000, 0..=Money::MAX.hundredths()],
    ) {
        for spelling in spellings_of_amount(hundredths) {
            let document = tiktok("payment.total_amount", spelling.clone());
            let order = normalise_alone(Platform::Tiktok, &document, &rules()).unwrap().order;
            prop_assert_eq!(order.final_amount.hundredths(), hundredths, "{}", spelling);
        }
    }

    #[test]
    fn a_double_is_read_as_the_amount_that_was_meant_or_refused(
        hundredths in prop_oneof![
            HUNDREDTHS_IN_DOUBLE..2 * HUNDREDTHS_IN_DOUBLE,
            0..=Money::MAX.hundredths(),
        ],
    ) {
        let document = tiktok("payment.total_amount", Bson::Double(hundredths as f64 / 100.0));
        match normalise_alone(Platform::Tiktok, &document, &rules()) {
            Ok(normalised) => {
                prop_assert_eq!(normalised.order.final_amount.hundredths(), hundredths);
            }
            Err(reject) => prop_assert!(matches!(
                reject.reason,
                RejectReason::InexactAmount | RejectReason::AmountOutOfRange
            )),
        }
    }

    #[test]
    fn any_id_reads_the_same_in_any_spelling(id in 1..=i64::MAX) {
        for spelling in spellings_of_integer(id) {
            // A text with a point was a double once, and may have lost digits.
            let document = tiktok("id", spelling.clone());
            let order = normalise_alone(Platform::Tiktok, &document, &rules()).unwrap().order;
            prop_assert_eq!(order.key.code.to_string(), id.to_string(), "{}", spelling);

            let document = tiktok("user_id", spelling.clone());
            let normalised = normalise_alone(Platform::Tiktok, &document, &rules()).unwrap();
            prop_assert_eq!(normalised.order.customer_id, Some(id), "{}", spelling);
            prop_assert!(warning_words(&normalised.warnings).is_empty());
        }
    }

    #[test]
    fn any_time_reads_the_same_in_any_spelling(
        milliseconds in prop_oneof![
            1_262_304_000_000_i64..1_798_000_000_000,
            (1_262_304_000_i64..1_798_000_000).prop_map(|second| second * 1_000),
        ],
    ) {
        let instant = Timestamp::from_millisecond(milliseconds).unwrap();
        let expected = rules().zone.to_datetime(instant);
        for spelling in spellings_of_time(instant) {
            let document = tiktok("create_time", spelling.clone());
            let normalised = normalise_alone(Platform::Tiktok, &document, &rules()).unwrap();
            prop_assert_eq!(normalised.order.order_date, expected, "{}", spelling);
            prop_assert!(normalised.warnings.is_empty());
        }
    }

    #[test]
    fn any_quantity_reads_the_same_in_any_spelling(pieces in 0_i64..1_000_000) {
        for spelling in spellings_of_integer(pieces) {
            let document = raw(&bson::doc! {
                "order_sn": "260314SYN0A1B2",
                "order_status": "UNPAID",
                "currency": "VND",
                "create_time": 1_773_457_200,
                "total_amount": 0,
                "item_list": [
                    { "model_quantity_purchased": spelling, "model_original_price": "0.05" },
                ],
            });
            let order = normalise_alone(Platform::Shopee, &document, &rules()).unwrap().order;
            prop_assert_eq!(order.total_amount.hundredths(), pieces * 5);
        }
    }
}

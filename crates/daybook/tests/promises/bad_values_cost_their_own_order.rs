//! One bad document never stops a batch: whatever is in it, the others are loaded, and it waits in quarantine.

use bson::{RawDocumentBuf, doc};

use crate::world::World;

fn order(number: usize) -> bson::Document {
    doc! {
        "_id": format!("d{number}"), "order_sn": format!("S{number:05}"), "order_status": "SHIPPED", "currency": "VND",
        "create_time": 1_790_000_000_i64, "update_time": 1_790_000_000_i64, "total_amount": 5,
        "recipient_address": { "state": "Hà Nội" }, "updatedAt": bson::DateTime::from_millis(1_790_000_100_000),
    }
}

fn bytes(document: &bson::Document) -> Vec<u8> {
    RawDocumentBuf::try_from(document).unwrap().into_bytes()
}

/// Puts other bytes of the same length in place of some.
fn with_bytes(document: &bson::Document, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes(document);
    let at = bytes
        .windows(from.len())
        .position(|window| window == from)
        .unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

/// Hazards 53 and 55: NUL, broken UTF-8, too long, out of range, number bombs, depth bombs.
#[tokio::test]
async fn of_every_kind_among_twenty_thousand() {
    let world = World::migrated().await;
    let changed = |number: usize, change: &dyn Fn(&mut bson::Document)| {
        let mut document = order(number);
        change(&mut document);
        bytes(&document)
    };
    let bomb: bson::Decimal128 = "1E+6144".parse().unwrap();
    let mut deep = doc! { "x": 1 };
    for _ in 0..150 {
        deep = doc! { "x": deep };
    }
    let bad: Vec<Vec<u8>> = vec![
        changed(1, &|d| drop(d.insert("order_sn", "S\0S"))),
        changed(2, &|d| drop(d.insert("order_sn", "S".repeat(101)))),
        with_bytes(&order(3), b"S00003", b"S0\xff003"),
        changed(4, &|d| drop(d.insert("order_status", "A\0B"))),
        with_bytes(&order(5), b"SHIPPED", b"SH\xc3\x28PED"),
        changed(6, &|d| drop(d.insert("total_amount", bomb))),
        changed(7, &|d| drop(d.insert("total_amount", "9".repeat(40)))),
        changed(8, &|d| drop(d.insert("total_amount", f64::NAN))),
        changed(9, &|d| drop(d.insert("total_amount", f64::INFINITY))),
        changed(10, &|d| drop(d.insert("create_time", i64::MAX))),
        changed(11, &|d| drop(d.insert("create_time", "1e400"))),
        changed(12, &|d| drop(d.insert("currency", "V\0D"))),
    ];
    // Odd, but nobody's fault: a region or a buyer that cannot be read is left out, depth in a field nobody reads is not met.
    let odd: Vec<Vec<u8>> = vec![
        changed(21, &|d| {
            drop(d.insert("recipient_address", doc! { "state": "H\0N" }))
        }),
        changed(22, &|d| {
            drop(d.insert("recipient_address", doc! { "state": "x".repeat(10_000) }))
        }),
        changed(23, &|d| drop(d.insert("buyer_user_id", i64::MIN))),
        changed(24, &|d| drop(d.insert("shop_id", "s\0s"))),
        changed(25, &|d| drop(d.insert("note", deep.clone()))),
        changed(26, &|d| drop(d.insert("buyer_username", "a\0b"))),
    ];
    let mut dump = Vec::new();
    for number in 100..20_100 {
        dump.extend(bytes(&order(number)));
        if let Some(document) = number
            .checked_sub(5_000)
            .and_then(|n| bad.get(n / 1_000).filter(|_| n % 1_000 == 0))
        {
            dump.extend(document);
        }
        if let Some(document) = number
            .checked_sub(6_500)
            .and_then(|n| odd.get(n / 1_000).filter(|_| n % 1_000 == 0))
        {
            dump.extend(document);
        }
    }
    world.dump("shopee_orders.bson", dump);

    let synced = world
        .run(&["sync", "--format", "json"])
        .exits_with(1)
        .json();
    assert_eq!(synced["inserted"], 20_000 + odd.len(), "{synced}");
    assert_eq!(synced["quarantined"], bad.len(), "{synced}");
    let entries = world.json(&["quarantine", "list", "--limit", "100"]);
    let reasons: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["reason"].as_str().unwrap())
        .collect();
    assert!(
        !reasons.contains(&"refused_by_database"),
        "known kinds are found before COPY: {reasons:?}"
    );
    let client = world.client().await;
    let row = client
        .query_one("select count(*), count(region) from orders", &[])
        .await
        .unwrap();
    assert_eq!(
        (row.get::<_, i64>(0), row.get::<_, i64>(1)),
        (20_006, 20_004)
    );
}

/// Hazard 54: what MongoDB allows and JSON or jsonb do not.
#[tokio::test]
async fn in_json_texts_with_lone_surrogates_duplicate_keys_and_depth() {
    let world = World::migrated().await;
    let good = |number: usize| order(number).to_string();
    let line = |number: usize, from: &str, to: &str| {
        let text = format!(
            "{{\"_id\": \"d{number}\", \"order_sn\": \"S{number}\", \"order_status\": \"SHIPPED\", \"currency\": \"VND\", \
             \"create_time\": 1790000000, \"update_time\": 1790000000, \"total_amount\": 5}}"
        );
        assert!(from.is_empty() || text.contains(from), "{}", good(number));
        text.replacen(from, to, usize::from(!from.is_empty())) + "\n"
    };
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let lines = [
        line(1, "", ""),
        line(2, "\"SHIPPED\"", "\"\\ud800\""),
        line(
            3,
            "\"total_amount\": 5",
            "\"total_amount\": 5, \"total_amount\": 6",
        ),
        line(
            4,
            "\"total_amount\": 5",
            &format!("\"total_amount\": 5, \"x\": {deep}"),
        ),
        line(5, "\"total_amount\": 5", "\"total_amount\": 1e999999"),
        line(
            6,
            "\"total_amount\": 5",
            "\"total_amount\": {\"$numberDecimal\": \"NaN\"}",
        ),
        line(
            7,
            "\"create_time\": 1790000000",
            "\"create_time\": {\"$date\": \"soon\"}",
        ),
        line(8, "", ""),
    ];
    world.dump("shopee_orders.ndjson", lines.concat());
    let synced = world
        .run(&["sync", "--format", "json"])
        .exits_with(1)
        .json();
    assert_eq!(synced["read"], 8, "{synced}");
    assert_eq!(
        (&synced["inserted"], &synced["quarantined"]),
        (&3.into(), &5.into()),
        "{synced}"
    );
}

/// A compressed file that is damaged keeps what came before, and says where.
#[tokio::test]
async fn in_a_damaged_archive() {
    use std::io::Write;
    let world = World::migrated().await;
    let dump: Vec<u8> = (0..20_000)
        .flat_map(|number| bytes(&order(number)))
        .collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&dump).unwrap();
    let mut archive = encoder.finish().unwrap();
    let whole = archive.clone();
    let middle = archive.len() / 2;
    archive[middle..middle + 40].fill(0xff);
    world.dump("shopee_orders.bson.gz", &archive);
    let damaged = world.run(&["sync"]).exits_with(2);
    assert!(
        damaged.all().contains("is cut off or damaged at byte"),
        "{}",
        damaged.all()
    );
    assert!(
        damaged.all().contains("export the collection again"),
        "{}",
        damaged.all()
    );
    let client = world.client().await;
    let count = async || {
        client
            .query_one("select count(*) from orders", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let kept = count().await;
    assert!(
        (1_000..20_000).contains(&kept),
        "{kept} orders came before the damage"
    );
    world.dump("shopee_orders.bson.gz", &whole);
    world.run(&["sync"]).exits_with(0);
    assert_eq!(count().await, 20_000);
}

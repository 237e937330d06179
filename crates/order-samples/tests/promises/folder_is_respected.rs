//! Nobody's files are overwritten, and no half-written file has a name that is read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use order_samples::{Error, LazadaItems, Plan, write};

use crate::plan;

const WRITTEN: [&str; 5] = [
    "categories.csv",
    "expected.json",
    "lazada_orders.bson",
    "shopee_orders.bson",
    "tiktok_orders.bson",
];

fn names(dir: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

#[test]
fn other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("accounts.xlsx"), "precious").unwrap();
    let refused = write(&plan(10, 1), folder.path(), &mut |_| {}).unwrap_err();
    assert!(
        matches!(&refused, Error::NotOurs { path, .. } if path == folder.path()),
        "{refused}"
    );
    for named in [&*folder.path().display().to_string(), "accounts.xlsx"] {
        assert!(refused.to_string().contains(named), "{refused}");
    }
    assert_eq!(names(folder.path()), ["accounts.xlsx".to_owned()].into());
}

#[test]
fn earlier_samples_and_leftovers_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("made").join("as needed");
    let apart = Plan {
        lazada_items: LazadaItems::Sibling,
        ..plan(100, 3)
    };
    write(&apart, &dir, &mut |_| {}).unwrap();
    assert!(names(&dir).contains("lazada_order_items.bson"));
    fs::write(dir.join("shopee_orders.bson.partial"), "cut short").unwrap();

    let summary = write(&plan(100, 3), &dir, &mut |_| {}).unwrap();
    assert_eq!(names(&dir), WRITTEN.map(str::to_owned).into());
    let text = fs::read_to_string(dir.join("expected.json")).unwrap();
    let expected: order_samples::Expected = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (summary.orders, summary.documents),
        (expected.orders, expected.documents)
    );
    assert_eq!(summary.quarantined, expected.quarantine.len() as u64);
}

#[test]
fn a_plan_without_orders_gives_empty_files() {
    let folder = tempfile::tempdir().unwrap();
    let summary = write(&plan(0, 3), folder.path(), &mut |_| {}).unwrap();
    assert_eq!(summary.documents, 0);
    assert_eq!(
        fs::metadata(folder.path().join("shopee_orders.bson"))
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn an_unknown_zone_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("out");
    let plan = Plan {
        zone: "Asia/Atlantis".to_owned(),
        ..plan(10, 1)
    };
    let refused = write(&plan, &dir, &mut |_| {}).unwrap_err();
    assert!(matches!(refused, Error::Zone(zone) if zone == "Asia/Atlantis"));
    assert!(!dir.exists());
}

#[test]
fn progress_ends_with_the_number_of_orders() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    let summary = write(&plan(2_500, 3), folder.path(), &mut |orders| {
        told.push(orders)
    })
    .unwrap();
    assert_eq!(told, [1_000, 2_000, summary.orders]);
}

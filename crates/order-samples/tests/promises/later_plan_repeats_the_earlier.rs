//! A continued plan repeats every document and adds to them; what orders were does not change.

use std::collections::{BTreeMap, HashMap};

use bson::RawDocumentBuf;
use bson::oid::ObjectId;
use jiff::ToSpan;
use order_samples::{Documents, ExpectedOrder, LazadaItems, Plan, Quarantined, Status};
use proptest::prelude::*;

use crate::plan;

struct Told {
    /// As bytes, for which NaN equals itself.
    documents: BTreeMap<(&'static str, ObjectId), Vec<u8>>,
    rows: HashMap<String, ExpectedOrder>,
    quarantine: Vec<Quarantined>,
}

fn told(plan: &Plan) -> Told {
    let mut told = Told {
        documents: BTreeMap::new(),
        rows: HashMap::new(),
        quarantine: Vec::new(),
    };
    for order in Documents::of(plan) {
        for sample in order.samples {
            let id = sample.document.get_object_id("_id").unwrap();
            let bytes = RawDocumentBuf::try_from(sample.document)
                .unwrap()
                .into_bytes();
            let before = told.documents.insert((sample.collection, id), bytes);
            assert!(before.is_none(), "two documents have one id");
        }
        told.rows
            .extend(order.expected.map(|row| (row.order_code.clone(), row)));
        told.quarantine.extend(order.quarantined);
    }
    told
}

#[test]
fn with_newer_versions_and_new_orders() {
    let plan = plan(3_000, 30);
    let later = plan.continued(plan.until.checked_add(5.days()).unwrap());
    let (before, after) = (told(&plan), told(&later));
    for (id, document) in &before.documents {
        assert_eq!(after.documents.get(id), Some(document));
    }
    assert!(after.documents.len() > before.documents.len() + 500);
    assert!(after.rows.len() > before.rows.len() + 200);
    assert_eq!(
        after.quarantine[..before.quarantine.len()],
        before.quarantine
    );

    let mut moved_on = 0;
    for (code, row) in &before.rows {
        let now = &after.rows[code];
        moved_on += i32::from(now.status != row.status);
        let fixed = |row: &ExpectedOrder| (row.platform, row.order_date, row.shop_id.clone());
        assert_eq!(fixed(now), fixed(row));
        if row.status != Status::Pending && row.status == now.status {
            let ends = (row.completed_at, row.cancelled_at);
            assert_eq!(
                (now.completed_at, now.cancelled_at),
                ends,
                "an end was seen already"
            );
        }
        assert!(
            now.region.is_some() || row.region.is_none(),
            "a known region stays"
        );
        assert!(
            now.customer_id.is_some() || row.customer_id.is_none(),
            "a known buyer stays"
        );
    }
    assert!(moved_on > 300, "{moved_on} orders moved on");
}

#[test]
fn an_end_that_is_not_later_changes_nothing() {
    let plan = plan(300, 30);
    assert_eq!(plan.continued(plan.until), plan);
    assert_eq!(plan.continued(plan.first_day.at(0, 0, 0, 0)), plan);
}

#[test]
fn items_that_are_apart_replace_those_before() {
    let plan = Plan {
        lazada_items: LazadaItems::Sibling,
        ..plan(3_000, 30)
    };
    let later = plan.continued(plan.until.checked_add(5.days()).unwrap());
    let (before, after) = (told(&plan), told(&later));
    let is_replaced = |collection: &str| collection.starts_with("lazada");
    let (mut same, mut newer) = (0, 0);
    for ((collection, id), document) in &before.documents {
        match after.documents.get(&(*collection, *id)) {
            Some(now) if now == document => same += 1,
            Some(_) if is_replaced(collection) => newer += 1,
            now => panic!("{collection} {id} became {now:?}"),
        }
    }
    assert!(
        same > 2_000 && newer > 100,
        "{same} the same, {newer} newer"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However often and whenever the world is told in between, the documents of every telling are
    /// in the next one.
    #[test]
    fn however_often_it_is_told(seed: u64, orders in 0..400_u64, days in 1..40_u32, hours in prop::collection::vec(1..300_i64, 1..4)) {
        let mut plan = Plan { seed, ..Plan::ending(orders, days, 0, crate::until(), "Asia/Ho_Chi_Minh", "VND") };
        let mut before = told(&plan);
        for hours in hours {
            plan = plan.continued(plan.until.checked_add(hours.hours()).unwrap());
            let after = told(&plan);
            for (id, document) in &before.documents {
                prop_assert_eq!(after.documents.get(id), Some(document));
            }
            prop_assert!(before.rows.keys().all(|code| after.rows.contains_key(code)));
            before = after;
        }
    }
}

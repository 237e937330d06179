//! The state of an order is a function of the set of its versions (hazards.md 41).

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use order_model::{
    Merge, Money, Order, OrderCode, OrderKey, OrderState, OrderStatus, Platform, Version,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// What a version says; versions of the same content say the same.
#[derive(Debug, Clone)]
struct Content {
    status: OrderStatus,
    region: Option<String>,
    customer_id: Option<i64>,
    paid: i64,
    terminal_at: Option<DateTime>,
}

fn any_content() -> impl Strategy<Value = Content> {
    let status = prop::sample::select(vec![
        OrderStatus::Pending,
        OrderStatus::Completed,
        OrderStatus::Cancelled,
    ]);
    let region = prop::option::of(prop::sample::select(vec!["Huế", "Hà Nội", "Cần Thơ"]));
    let hour = prop::option::of(0_i8..4);
    (status, region, prop::option::of(1_i64..4), 0_i64..4, hour).prop_map(
        |(status, region, customer_id, paid, hour)| Content {
            status,
            region: region.map(str::to_owned),
            customer_id,
            paid,
            terminal_at: hour
                .filter(|_| status != OrderStatus::Pending)
                .map(|hour| date(2026, 3, 20).at(hour, 0, 0, 0)),
        },
    )
}

/// Up to eight versions, often of equal times and equal content.
fn any_versions() -> impl Strategy<Value = Vec<Order>> {
    vec(any_content(), 1..5).prop_flat_map(|contents| {
        let version = (0_i64..3, 0_i64..3, 0..contents.len());
        vec(version, 1..9).prop_map(move |versions| {
            versions
                .into_iter()
                .map(|(updated, ingested, index)| {
                    // Any injective numbering will do; this one is not ascending.
                    let number = [5, -3, 9, 0][index];
                    order(&contents[index], updated, ingested, number)
                })
                .collect()
        })
    })
}

fn order(content: &Content, updated: i64, ingested: i64, number: i64) -> Order {
    let paid = Money::from_hundredths(content.paid).unwrap();
    let second = |second| Timestamp::from_second(1_773_457_200 + second).unwrap();
    Order {
        key: OrderKey {
            platform: Platform::Lazada,
            code: OrderCode::new("900000000000123").unwrap(),
        },
        version: Version {
            source_updated_at: second(updated),
            ingested_at: second(ingested),
            content: number,
        },
        shop_id: None,
        customer_id: content.customer_id,
        status: content.status,
        platform_status: content.status.as_str().to_owned(),
        currency: "VND".parse().unwrap(),
        total_amount: paid,
        discount_amount: Money::ZERO,
        final_amount: paid,
        lines: Vec::new(),
        region: content.region.clone(),
        order_date: date(2026, 3, 14).at(10, 0, 0, 0),
        terminal_at: content.terminal_at,
    }
}

fn state(versions: &[Order]) -> OrderState {
    let mut states = versions.iter().cloned().map(OrderState::from);
    let first = states.next().unwrap();
    states.fold(first, merged)
}

fn merged(mut one: OrderState, other: OrderState) -> OrderState {
    one.merge(other);
    one
}

proptest! {
    #[test]
    fn merging_is_commutative(versions in any_versions(), at in any::<prop::sample::Index>()) {
        let at = at.index(versions.len());
        let (one, other) = (state(&versions[..=at]), state(&versions[at..]));
        prop_assert_eq!(merged(one.clone(), other.clone()), merged(other, one));
    }

    #[test]
    fn merging_is_associative(a in any_versions(), b in 0_usize..8, c in 0_usize..8) {
        let pick = |index: usize| OrderState::from(a[index % a.len()].clone());
        let (one, two, three) = (pick(0), pick(b), pick(c));
        prop_assert_eq!(
            merged(merged(one.clone(), two.clone()), three.clone()),
            merged(one, merged(two, three))
        );
    }

    #[test]
    fn merging_is_idempotent(versions in any_versions()) {
        let state = state(&versions);
        for version in versions {
            let again = merged(state.clone(), version.into());
            prop_assert_eq!(&again, &state);
        }
        prop_assert_eq!(merged(state.clone(), state.clone()), state);
    }

    #[test]
    fn order_and_batching_of_versions_make_no_difference(
        (versions, shuffled) in any_versions()
            .prop_flat_map(|versions| (Just(versions.clone()), Just(versions).prop_shuffle())),
        sizes in vec(1_usize..4, 1..9),
    ) {
        let mut sizes = sizes.into_iter().cycle();
        let mut rest = shuffled.as_slice();
        let mut batches = Vec::new();
        while !rest.is_empty() {
            let (batch, left) = rest.split_at(sizes.next().unwrap().min(rest.len()));
            batches.push(state(batch));
            rest = left;
        }
        let batched = batches.into_iter().reduce(merged).unwrap();
        prop_assert_eq!(batched, state(&versions));
    }

    /// The rules of design, section 2, said once more in another way.
    #[test]
    fn the_newest_decides_and_what_it_does_not_know_comes_from_the_newest_that_does(
        versions in any_versions(),
    ) {
        let state = state(&versions);
        let mut ascending = versions.clone();
        ascending.sort_by_key(|order| order.version);
        let newest = ascending.last().unwrap();
        prop_assert_eq!(state.newest(), newest);

        let region = ascending.iter().rev().find(|order| order.region.is_some());
        prop_assert_eq!(
            state.region(),
            region.map(|order| (order.region.as_deref().unwrap(), order.version))
        );
        let customer = ascending.iter().rev().find(|order| order.customer_id.is_some());
        prop_assert_eq!(
            state.customer_id(),
            customer.map(|order| (order.customer_id.unwrap(), order.version))
        );

        let earliest = |status| {
            let times = ascending.iter().filter(|order| order.status == status);
            let earliest = times.filter_map(|order| order.terminal_at).min();
            earliest.filter(|_| newest.status == status)
        };
        prop_assert_eq!(state.completed_at(), earliest(OrderStatus::Completed));
        prop_assert_eq!(state.cancelled_at(), earliest(OrderStatus::Cancelled));
    }

    #[test]
    fn a_merge_tells_what_the_other_version_meant(versions in any_versions()) {
        let mut state = OrderState::from(versions[0].clone());
        for version in versions {
            let before = state.newest().version;
            let expected = match version.version.cmp(&before) {
                std::cmp::Ordering::Greater => Merge::Superseded,
                std::cmp::Ordering::Less => Merge::Stale,
                std::cmp::Ordering::Equal => Merge::Unchanged,
            };
            prop_assert_eq!(state.merge(version.into()), expected);
        }
    }
}

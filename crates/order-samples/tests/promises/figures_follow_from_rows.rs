//! The figures of a day are what its rows add up to, counted here in another way.

use std::collections::{BTreeMap, HashSet};

use order_samples::{
    BucketFigures, DailyFigures, Documents, Expected, ExpectedOrder, Marketplace, Status, write,
};

use crate::{plan, until};

fn expected(orders: u64, days: u32) -> Expected {
    let folder = tempfile::tempdir().unwrap();
    write(&plan(orders, days), folder.path(), &mut |_| {}).unwrap();
    let text = std::fs::read(folder.path().join("expected.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// "283000.00" as 28300000.
fn hundredths(amount: &str) -> u128 {
    let (whole, part) = amount.split_once('.').unwrap();
    assert_eq!(part.len(), 2, "{amount}");
    format!("{whole}{part}").parse().unwrap()
}

#[test]
fn day_by_day() {
    let expected = expected(6_000, 30);
    let mut days: BTreeMap<_, Vec<&ExpectedOrder>> = BTreeMap::new();
    for row in &expected.order_rows {
        days.entry((row.order_date.date(), row.platform))
            .or_default()
            .push(row);
    }
    let keys: Vec<_> = expected
        .daily
        .iter()
        .map(|day| (day.stat_date, day.platform))
        .collect();
    assert!(days.keys().eq(&keys), "sorted by day and platform");

    for day in &expected.daily {
        let rows = &days[&(day.stat_date, day.platform)];
        let of = |status| rows.iter().filter(move |row| row.status == status);
        let count = |status| of(status).count() as u64;
        assert_eq!(day.total_orders, rows.len() as u64);
        assert_eq!(day.completed_orders, count(Status::Completed));
        assert_eq!(day.cancelled_orders, count(Status::Cancelled));
        assert_eq!(day.pending_orders, count(Status::Pending));
        let gross: u128 = rows.iter().map(|row| hundredths(&row.total_amount)).sum();
        let discount: u128 = rows
            .iter()
            .map(|row| hundredths(&row.discount_amount))
            .sum();
        let revenue: u128 = of(Status::Completed)
            .map(|row| hundredths(&row.final_amount))
            .sum();
        assert_eq!(hundredths(&day.gross_merchandise_value), gross);
        assert_eq!(hundredths(&day.total_discount), discount);
        assert_eq!(hundredths(&day.total_revenue), revenue);
        let rate = hundredths(&day.cancellation_rate);
        is_rounded(
            rate,
            u128::from(day.cancelled_orders) * 10_000,
            u128::from(day.total_orders),
        );
        match &day.avg_order_value {
            Some(average) => is_rounded(hundredths(average), revenue, day.completed_orders.into()),
            None => assert_eq!(day.completed_orders, 0),
        }
        assert_eq!(day.is_final, day.stat_date < until().date());
    }
}

#[test]
fn by_province_shop_week_and_month() {
    let expected = expected(6_000, 45);
    // Every row by (first day, platform, key), and what of it is listed under the same.
    let count = |key: &dyn Fn(&ExpectedOrder) -> (jiff::civil::Date, Option<String>)| {
        let mut counts: BTreeMap<_, (u64, u128)> = BTreeMap::new();
        for row in &expected.order_rows {
            let (day, key) = key(row);
            let (orders, gross) = counts.entry((day, row.platform, key)).or_default();
            *orders += 1;
            *gross += hundredths(&row.total_amount);
        }
        counts
    };
    let listed = |figures: &[(Option<String>, &DailyFigures)]| {
        let listed = figures.iter().map(|(key, figures)| {
            let gross = hundredths(&figures.gross_merchandise_value);
            let bucket = (figures.stat_date, figures.platform, key.clone());
            (bucket, (figures.total_orders, gross))
        });
        listed.collect::<BTreeMap<_, _>>()
    };
    let buckets = |buckets: &[BucketFigures]| {
        let of = |bucket: &BucketFigures| (bucket.key.clone(), bucket.figures.clone());
        buckets.iter().map(of).collect::<Vec<_>>()
    };
    let by_day = |row: &ExpectedOrder| row.order_date.date();
    for (given, wanted) in [
        (
            buckets(&expected.regions),
            count(&|row| (by_day(row), row.region.clone())),
        ),
        (
            buckets(&expected.shops),
            count(&|row| (by_day(row), Some(row.shop_id.clone()))),
        ),
        (
            expected.monthly.iter().map(|f| (None, f.clone())).collect(),
            count(&|row| (by_day(row).first_of_month(), None)),
        ),
        (
            expected.weekly.iter().map(|f| (None, f.clone())).collect(),
            count(&|row| {
                let week = by_day(row).iso_week_date();
                let monday = jiff::civil::ISOWeekDate::new(
                    week.year(),
                    week.week(),
                    jiff::civil::Weekday::Monday,
                );
                (monday.unwrap().date(), None)
            }),
        ),
    ] {
        let given: Vec<_> = given
            .iter()
            .map(|(key, figures)| (key.clone(), figures))
            .collect();
        assert_eq!(listed(&given), wanted);
    }
    assert!(expected.regions.iter().any(|bucket| bucket.key.is_none()));
    assert!(expected.weekly.iter().any(|week| week.is_final));
    assert!(expected.weekly.iter().any(|week| !week.is_final));
}

/// The result is at most half a unit above the quotient, and less than half a unit below it.
fn is_rounded(result: u128, numerator: u128, denominator: u128) {
    assert!(2 * result * denominator <= 2 * numerator + denominator);
    assert!(2 * result * denominator + denominator > 2 * numerator);
}

#[test]
fn rows_are_sound() {
    let expected = expected(6_000, 30);
    let mut keys = HashSet::new();
    for row in &expected.order_rows {
        assert!(keys.insert((row.platform, &row.order_code)), "{row:?}");
        let (total, paid) = (hundredths(&row.total_amount), hundredths(&row.final_amount));
        assert_eq!(total - hundredths(&row.discount_amount), paid, "{row:?}");
        assert_eq!(
            row.completed_at.is_some(),
            row.status == Status::Completed,
            "{row:?}"
        );
        assert_eq!(
            row.cancelled_at.is_some(),
            row.status == Status::Cancelled,
            "{row:?}"
        );
        let ended_at = row.completed_at.or(row.cancelled_at);
        assert!(
            ended_at.is_none_or(|time| time >= row.order_date && time <= until()),
            "{row:?}"
        );
    }
}

#[test]
fn orders_and_documents_are_counted() {
    let expected = expected(6_000, 30);
    assert_eq!(expected.orders, expected.order_rows.len() as u64);
    assert_eq!(
        expected.documents,
        expected.collections.values().sum::<u64>()
    );
    let documents = Documents::of(&expected.plan).map(|order| order.samples.len() as u64);
    assert_eq!(expected.documents, documents.sum::<u64>());
}

#[test]
fn large_plans_have_figures_but_no_rows() {
    let expected = expected(20_001, 3);
    assert!(expected.order_rows.is_empty());
    assert_eq!(expected.daily.len(), 3 * Marketplace::ALL.len());
    let orders: u64 = expected.daily.iter().map(|day| day.total_orders).sum();
    assert_eq!(orders, expected.orders);
}

#[test]
fn the_days_look_like_those_of_a_seller() {
    let expected = expected(20_000, 60);
    let share = |platform| {
        let of = expected.daily.iter().filter(|day| day.platform == platform);
        of.map(|day| day.total_orders).sum::<u64>() * 100 / expected.orders
    };
    assert!((43..=47).contains(&share(Marketplace::Shopee)));
    assert!((33..=37).contains(&share(Marketplace::Tiktok)));
    assert!((18..=22).contains(&share(Marketplace::Lazada)));

    // Ten days before the end far more orders are cancelled; else about one in ten.
    let mut days: BTreeMap<_, (u64, u64)> = BTreeMap::new();
    for day in &expected.daily {
        let (orders, cancelled) = days.entry(day.stat_date).or_default();
        *orders += day.total_orders;
        *cancelled += day.cancelled_orders;
    }
    let spike = expected
        .plan
        .until
        .date()
        .checked_sub(jiff::ToSpan::days(10))
        .unwrap();
    let (orders, cancelled) = days.remove(&spike).unwrap();
    assert!(cancelled * 100 > orders * 35, "{cancelled} of {orders}");
    let settled = days.range(..spike).map(|(_, counts)| *counts);
    let (orders, cancelled) = settled.fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    assert!(
        (8..=12).contains(&(cancelled * 100 / orders)),
        "{cancelled} of {orders}"
    );
}

//! Like is compared with like.

use daybook::report::{CompareMode, Decimal, Filter, Key, Measure, Range, Reader};
use jiff::civil::date;
use order_model::Platform;

use super::{Business, LAST_DAY};

async fn count(business: &Business, condition: &str) -> (i64, Decimal) {
    let sql = format!(
        "select count(*), coalesce(sum(total_amount), 0)::text from orders where {condition}"
    );
    let row = business.client.query_one(&sql, &[]).await.unwrap();
    (row.get(0), row.get::<_, String>(1).parse().unwrap())
}

#[tokio::test]
async fn today_is_compared_up_to_the_same_time_of_day() {
    let business = Business::open().await;
    let mut connection = business.connection().await;
    let clock = business.clock(LAST_DAY.at(14, 15, 2, 0));
    let reader = Reader::begin(&mut connection, &clock).await.unwrap();
    let three_days = Range::new(date(2026, 11, 10), LAST_DAY).unwrap();
    for (range, mode, from, to) in [
        (Range::day(LAST_DAY), CompareMode::PreviousPeriod, 11, 11),
        (Range::day(LAST_DAY), CompareMode::SameWeekday, 5, 5),
        (three_days, CompareMode::PreviousPeriod, 7, 9),
        (three_days, CompareMode::SameWeekday, 3, 5),
    ] {
        for (filter, condition) in [
            (Filter::default(), "true"),
            (Filter::platform(Platform::Shopee), "platform = 'shopee'"),
            (
                Filter {
                    platforms: vec![Platform::Shopee],
                    shop: Some(Key::Unknown),
                },
                "platform = 'shopee' and shop_id is null",
            ),
        ] {
            let found = reader.compare(&range, &filter, mode).await.unwrap();
            assert_eq!(
                (found.base.from(), found.base.to()),
                (date(2026, 11, from), date(2026, 11, to))
            );
            assert_eq!(found.until.unwrap().to_string(), "14:15:02");
            let cut = |from: jiff::civil::Date, to: jiff::civil::Date| {
                format!("{condition} and order_date >= '{from}' and order_date < '{to} 14:15:02'")
            };
            let before = count(&business, &cut(found.base.from(), found.base.to())).await;
            let now = count(&business, &cut(range.from(), range.to())).await;
            let orders = found.get(Measure::TotalOrders).unwrap();
            assert_eq!(orders.value, Some(before.0.into()));
            let gmv = found.get(Measure::GrossMerchandiseValue).unwrap();
            assert_eq!(gmv.value, Some(before.1));
            if before.0 != 0 {
                assert_eq!(orders.change, Some((now.0 - before.0).into()));
                let change = now.1.hundredths() - before.1.hundredths();
                assert_eq!(gmv.change, Some(Decimal::from_hundredths(change)));
            }
            // The statuses of the earlier orders have moved on.
            assert_eq!(found.get(Measure::TotalRevenue), None);
        }
    }
}

#[tokio::test]
async fn ranges_that_are_over_are_compared_whole() {
    let business = Business::open().await;
    let mut connection = business.connection().await;
    let clock = business.clock(LAST_DAY.at(14, 15, 2, 0));
    let reader = Reader::begin(&mut connection, &clock).await.unwrap();
    let range = Range::new(date(2026, 11, 9), date(2026, 11, 11)).unwrap();
    let filter = Filter::default();
    let found = reader
        .compare(&range, &filter, CompareMode::PreviousPeriod)
        .await
        .unwrap();
    assert_eq!(found.until, None);
    let now = reader
        .totals(&range, &filter)
        .await
        .unwrap()
        .unwrap()
        .measures;
    let before = reader
        .totals(&found.base, &filter)
        .await
        .unwrap()
        .unwrap()
        .measures;
    for measure in Measure::ALL {
        let change = found.get(*measure).unwrap();
        assert_eq!(change.value, before.get(*measure), "{measure}");
        let (now, before) = (now.get(*measure).unwrap(), before.get(*measure).unwrap());
        let difference = now.hundredths() - before.hundredths();
        assert_eq!(
            change.change,
            Some(Decimal::from_hundredths(difference)),
            "{measure}"
        );
        assert_eq!(
            change.change_percent.is_none(),
            measure.is_rate(),
            "{measure}"
        );
    }

    // A year ago there was nothing.
    let year = reader
        .compare(&range, &filter, CompareMode::PreviousYear)
        .await
        .unwrap();
    let orders = year.get(Measure::TotalOrders).unwrap();
    assert_eq!((orders.value, orders.change), (Some(0.into()), None));
    assert_eq!(year.get(Measure::CancellationRate).unwrap().change, None);
}

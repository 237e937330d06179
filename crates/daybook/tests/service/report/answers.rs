//! Totals, breakdowns and periods equal a recount; the orders behind each figure add up to it.

use daybook::report::{
    CategoryFilter, CategoryView, Decimal, Division, FigureState, Filter, Key, Measure, Measures,
    OrdersQuery, Range, Reader, RegionFilter, ReportError, Silence, Unit,
};
use jiff::civil::date;
use order_model::Platform;

use super::{Business, LAST_DAY};

fn between(range: &Range) -> String {
    format!(
        "order_date >= '{}' and order_date < date '{}' + 1",
        range.from(),
        range.to()
    )
}

/// All orders behind a figure, page by page, added up.
async fn behind(reader: &Reader<'_>, query: &OrdersQuery) -> (usize, Decimal, Decimal, Decimal) {
    let mut cursor = None;
    let (mut count, mut total, mut discount, mut paid) = (0, 0, 0, 0);
    loop {
        let page = reader
            .orders_behind(query, cursor.as_ref(), 97)
            .await
            .unwrap();
        for order in &page.orders {
            count += 1;
            let part = order.part.unwrap_or(daybook::report::Part {
                total_amount: order.total_amount,
                discount_amount: order.discount_amount,
                final_amount: order.final_amount,
            });
            total += part.total_amount.hundredths();
            discount += part.discount_amount.hundredths();
            paid += part.final_amount.hundredths();
        }
        cursor = page.next;
        if cursor.is_none() {
            let of = Decimal::from_hundredths;
            return (count, of(total), of(discount), of(paid));
        }
    }
}

/// Every figure of a row is what the orders behind it add up to.
async fn opens_its_orders(reader: &Reader<'_>, measures: &Measures, query: &OrdersQuery) {
    // The rates count the same orders as the counts.
    for measure in Measure::ALL.iter().filter(|measure| !measure.is_rate()) {
        let query = OrdersQuery {
            measure: Some(*measure),
            ..query.clone()
        };
        let (count, total, discount, paid) = behind(reader, &query).await;
        let figure = measures.get(*measure);
        match measure {
            Measure::GrossMerchandiseValue => assert_eq!(figure, Some(total), "{query:?}"),
            Measure::TotalDiscount => assert_eq!(figure, Some(discount), "{query:?}"),
            Measure::TotalRevenue => assert_eq!(figure, Some(paid), "{query:?}"),
            _ if measure.is_count() => {
                assert_eq!(figure, Some((count as i64).into()), "{query:?}");
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn every_period_equals_a_recount() {
    let business = Business::open().await;
    let mut connection = business.connection().await;
    let clock = business.clock(LAST_DAY.at(21, 0, 0, 0));
    let reader = Reader::begin(&mut connection, &clock).await.unwrap();
    let range = Range::new(date(2026, 10, 1), date(2026, 11, 14)).unwrap();

    for filter in [
        Filter::default(),
        Filter::platform(Platform::Shopee),
        Filter {
            platforms: vec![Platform::Lazada, Platform::Tiktok],
            shop: None,
        },
        Filter {
            platforms: Vec::new(),
            shop: Some(Key::Known("=cmd|'/c calc'!A0".to_owned())),
        },
        Filter {
            platforms: vec![Platform::Tiktok],
            shop: Some(Key::Unknown),
        },
    ] {
        let mut condition = "true".to_owned();
        if let [_, ..] = filter.platforms.as_slice() {
            let names: Vec<_> = filter
                .platforms
                .iter()
                .map(|platform| format!("'{platform}'"))
                .collect();
            condition += &format!(" and platform in ({})", names.join(","));
        }
        match &filter.shop {
            Some(Key::Known(shop)) => {
                condition += &format!(" and shop_id = '{}'", shop.replace('\'', "''"));
            }
            Some(Key::Unknown) => condition += " and shop_id is null",
            None => {}
        }
        for unit in [Unit::Day, Unit::Week, Unit::Month, Unit::Range] {
            for per_platform in [false, true] {
                let rows = reader
                    .series(&range, &filter, unit, per_platform)
                    .await
                    .unwrap();
                let shown = unit.widen(&range);
                let days: i64 = rows
                    .iter()
                    .filter(|row| row.platform == rows[0].platform)
                    .map(|row| i64::from(row.days_in_period))
                    .sum();
                assert_eq!(days, i64::from(shown.days()), "{unit:?} {filter:?}");
                for row in &rows {
                    let period = Range::of_at_most(row.start, row.end, u32::MAX).unwrap();
                    let mut condition = format!("{condition} and {}", between(&period));
                    if let Some(platform) = &row.platform {
                        condition += &format!(" and platform = '{platform}'");
                    }
                    assert_eq!(row.measures, business.recount(&condition).await, "{row:?}");
                    let covered: i64 = business
                        .client
                        .query_one(
                            &format!("select count(distinct order_date::date) from orders where {condition}"),
                            &[],
                        )
                        .await
                        .unwrap()
                        .get(0);
                    assert_eq!(i64::from(row.days_covered), covered, "{row:?}");
                    if row.end >= LAST_DAY {
                        assert_eq!(row.state, FigureState::Live);
                        assert!(!row.is_final);
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn days_without_orders_are_rows_of_zeros() {
    let business = Business::open().await;
    let mut connection = business.connection().await;
    let clock = business.clock(LAST_DAY.at(21, 0, 0, 0));
    let reader = Reader::begin(&mut connection, &clock).await.unwrap();
    let range = Range::new(date(2026, 11, 1), date(2026, 11, 4)).unwrap();
    let rows = reader.daily(&range, &Filter::default()).await.unwrap();
    assert_eq!(rows.len(), 4 * 3);
    let empty: Vec<_> = rows
        .iter()
        .filter(|row| row.measures == Measures::default())
        .map(|row| (row.start, row.platform.clone().unwrap()))
        .collect();
    let second = date(2026, 11, 2);
    let expected = ["lazada", "shopee", "tiktok"].map(|platform| (second, platform.to_owned()));
    assert_eq!(empty, expected);
}

#[tokio::test]
async fn breakdowns_equal_a_recount_and_open_their_orders() {
    let business = Business::open().await;
    let mut connection = business.connection().await;
    let clock = business.clock(LAST_DAY.at(21, 0, 0, 0));
    let reader = Reader::begin(&mut connection, &clock).await.unwrap();
    let range = Range::new(date(2026, 11, 5), date(2026, 11, 12)).unwrap();
    let all = Filter::default();

    let totals = reader.totals(&range, &all).await.unwrap().unwrap().measures;
    assert_eq!(totals, business.recount(&between(&range)).await);
    opens_its_orders(&reader, &totals, &OrdersQuery::new(range, all.clone())).await;

    let sum = |gmv: &mut i128, measures: &Measures| {
        *gmv += measures.gross_merchandise_value.hundredths();
    };

    let mut gmv = 0;
    for row in reader.by_shop(&range, &all).await.unwrap() {
        sum(&mut gmv, &row.measures);
        let shop = match &row.shop_id {
            Some(shop) => format!("shop_id = '{}'", shop.replace('\'', "''")),
            None => "shop_id is null".to_owned(),
        };
        let condition = format!(
            "{} and platform = '{}' and {shop}",
            between(&range),
            row.platform
        );
        assert_eq!(row.measures, business.recount(&condition).await, "{row:?}");
        let filter = Filter {
            platforms: vec![row.platform.parse().unwrap()],
            shop: Some(row.shop_id.map_or(Key::Unknown, Key::Known)),
        };
        opens_its_orders(&reader, &row.measures, &OrdersQuery::new(range, filter)).await;
    }
    assert_eq!(gmv, totals.gross_merchandise_value.hundredths());

    for division in [None, Some(Division::Vn34), Some(Division::Vn63)] {
        let (mut gmv, mut opened) = (0, 0);
        let rows = reader.by_region(&range, &all, division).await.unwrap();
        assert!(rows.iter().any(|row| row.region.is_none()), "{division:?}");
        for row in rows {
            sum(&mut gmv, &row.measures);
            let value = match (&row.region, division) {
                (Some(region), _) => format!("= '{}'", region.replace('\'', "''")),
                (None, _) => "is null".to_owned(),
            };
            let condition = match division {
                None => format!("{} and region {value}", between(&range)),
                Some(division) => format!(
                    "{} and (select n.province from province_names n where n.division = '{division}'
                       and n.folded = fold_place_name(orders.region)) {value}",
                    between(&range)
                ),
            };
            assert_eq!(row.measures, business.recount(&condition).await, "{row:?}");
            // The largest ones, those that are hard to spell, and what is not known.
            if opened >= 3
                && row
                    .region
                    .as_deref()
                    .is_some_and(|name| !name.contains('\''))
            {
                continue;
            }
            opened += 1;
            let mut query = OrdersQuery::new(range, all.clone());
            query.region = Some(RegionFilter {
                region: row.region.map_or(Key::Unknown, Key::Known),
                division,
            });
            opens_its_orders(&reader, &row.measures, &query).await;
        }
        assert_eq!(
            gmv,
            totals.gross_merchandise_value.hundredths(),
            "{division:?}"
        );
    }

    let mut gmv = 0;
    let flat = reader
        .by_category(&range, &all, &CategoryView::Flat)
        .await
        .unwrap();
    for row in &flat {
        sum(&mut gmv, &row.measures);
        let mut query = OrdersQuery::new(range, Filter::platform(row.platform.parse().unwrap()));
        query.category = Some(CategoryFilter {
            category: row.category_id.clone().map_or(Key::Unknown, Key::Known),
            with_children: false,
        });
        opens_its_orders(&reader, &row.measures, &query).await;
    }
    assert_eq!(gmv, totals.gross_merchandise_value.hundredths());

    // The top of the tree: the named roots, what nobody has named, and what is without category.
    let top = reader
        .by_category(&range, &all, &CategoryView::Tree { parent: None })
        .await
        .unwrap();
    let mut ids: Vec<_> = top
        .iter()
        .map(|row| row.category_id.as_deref().unwrap_or("none"))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, ["100", "200", "999", "none"]);
    for row in &top {
        assert_eq!((row.level, row.parent_id.as_deref()), (1, None));
        let below: Decimal = Decimal::from_hundredths(
            flat.iter()
                .filter(|flat| {
                    flat.platform == row.platform
                        && (flat.category_id == row.category_id
                            || row.category_id.is_some() && flat.parent_id == row.category_id)
                })
                .map(|flat| flat.measures.gross_merchandise_value.hundredths())
                .sum(),
        );
        assert_eq!(row.measures.gross_merchandise_value, below, "{row:?}");
    }
    let children = reader
        .by_category(
            &range,
            &Filter::platform(Platform::Shopee),
            &CategoryView::Tree {
                parent: Some("100".to_owned()),
            },
        )
        .await
        .unwrap();
    let names: Vec<_> = children
        .iter()
        .map(|row| row.path_names.join(" / "))
        .collect();
    assert!(
        names.contains(&"Thời trang / Áo dài \"Huế\"".to_owned()),
        "{names:?}"
    );
}

#[tokio::test]
async fn what_is_not_kept_is_refused() {
    let business = Business::open().await;
    let mut connection = business.connection().await;
    let clock = business.clock(LAST_DAY.at(21, 0, 0, 0));
    let reader = Reader::begin(&mut connection, &clock).await.unwrap();
    let range = Range::day(LAST_DAY);
    let shop = Filter {
        platforms: Vec::new(),
        shop: Some(Key::Unknown),
    };
    assert!(matches!(
        reader.by_region(&range, &shop, None).await,
        Err(ReportError::NotForShops("region"))
    ));
    assert!(matches!(
        reader.by_category(&range, &shop, &CategoryView::Flat).await,
        Err(ReportError::NotForShops("category"))
    ));
    let mut query = OrdersQuery::new(range, Filter::default());
    query.category = Some(CategoryFilter {
        category: Key::Unknown,
        with_children: false,
    });
    assert!(matches!(
        reader.orders_behind(&query, None, 1).await,
        Err(ReportError::CategoryWithoutPlatform)
    ));
}

#[tokio::test]
async fn a_marketplace_is_silent_for_as_long_as_its_alert_holds() {
    let business = Business::open().await;
    let clock = business.clock(LAST_DAY.at(21, 0, 0, 0));
    let silence = async || {
        let mut connection = business.connection().await;
        let reader = Reader::begin(&mut connection, &clock).await.unwrap();
        let platforms = reader.freshness().await.unwrap().platforms;
        let silent = platforms
            .into_iter()
            .filter_map(|fresh| Some((fresh.platform, fresh.silence?)));
        silent.collect::<Vec<_>>()
    };
    assert_eq!(silence().await, []);
    business
        .client
        .batch_execute(
            "insert into alerts (condition_key, began_at, kind, severity, subject, value, threshold, unit,
                                 message_en, message_vi, hint_en, hint_vi, link_path, last_seen_at)
             values ('platform_silent:lazada', now(), 'platform_silent', 'warning', 'lazada', 11520.4, 1800, 'seconds',
                     '', '', '', '', '/', now())",
        )
        .await
        .unwrap();
    let told = Silence {
        seconds: 11_520,
        limit_seconds: 1_800,
    };
    assert_eq!(silence().await, [("lazada".to_owned(), told)]);
    business
        .client
        .batch_execute("update alerts set clear_since = now()")
        .await
        .unwrap();
    assert_eq!(silence().await, []);
}

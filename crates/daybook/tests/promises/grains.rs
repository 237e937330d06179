//! Regions, shops, weeks and months: they add up to the days, can be turned off and on beside writers, and another grain is
//! one more definition.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use daybook::aggregate::{Folder, Grains, switch_grains};
use tokio_postgres::Client;

use crate::exact_at_every_commit::app;
use crate::world::{MODES, World, exactness_of_categories, live, statistics_equal_a_recount};

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Orders of five weeks, some without a region or a shop.
const ORDERS: &str = "
    insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, region, shop_id)
    select n::text, (array['tiktok', 'shopee', 'lazada'])[1 + n % 3], (array['pending', 'completed', 'cancelled'])[1 + n % 4 % 3],
           1000 + n, nullif(n % 5, 0), 1000 + n - n % 5, timestamp '2026-02-23 00:30' + n * interval '3 hours',
           (array['Hà Nội', 'Cần Thơ', null])[1 + n % 3 * n % 2], (array['s1', 's2', null])[1 + n % 7 % 3]
    from generate_series(0, 270) n";

/// Figures of a finer grain that do not add up to the day's.
fn sums_that_differ(view: &str) -> String {
    format!(
        "select count(*)
         from (
             select stat_date, platform, sum(total_orders) as total_orders, sum(completed_orders) as completed_orders,
                    sum(cancelled_orders) as cancelled_orders, sum(pending_orders) as pending_orders,
                    sum(gross_merchandise_value) as gross, sum(total_revenue) as revenue, sum(total_discount) as discount
             from {view}
             group by stat_date, platform
         ) s
         full join daily_order_statistics d using (stat_date, platform)
         where (s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders, s.gross, s.revenue, s.discount)
               is distinct from
               (d.total_orders, d.completed_orders, d.cancelled_orders, d.pending_orders, d.gross_merchandise_value,
                d.total_revenue, d.total_discount)"
    )
}

#[tokio::test]
async fn of_regions_and_shops_add_up_to_the_day() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        client.batch_execute(ORDERS).await.unwrap();
        for change in [
            "update orders set region = 'Huế' where order_code::int % 6 = 1",
            "update orders set shop_id = null, platform = 'lazada' where order_code::int % 9 = 0",
            "update orders set region = null where order_code::int % 4 = 2",
            "delete from orders where order_code::int % 11 = 0",
        ] {
            client.batch_execute(change).await.unwrap();
            world.run(&["aggregate"]).exits_with(0);
            statistics_equal_a_recount(&client).await;
            for view in ["daily_region_statistics", "daily_shop_statistics"] {
                assert_eq!(number(&client, &sums_that_differ(view)).await, 0, "{view}");
            }
        }
        let unknown = "select count(*) from daily_region_statistics where region is null";
        assert!(number(&client, unknown).await > 0);
        let final_ones = "select count(*) from daily_region_statistics where not is_final";
        assert_eq!(number(&client, final_ones).await, 0, "all days are over");
        world.run(&["validate"]).exits_with(0);
    }
}

#[tokio::test]
async fn of_periods_recompute_their_ratios() {
    let world = World::migrated().await;
    let client = world.client().await;
    // One order on Monday, cancelled; three on Tuesday, none cancelled; and the Monday after.
    let orders = "
        insert into orders (order_code, platform, status, total_amount, final_amount, order_date) values
            ('a', 'shopee', 'cancelled', 10, 10, '2026-03-02 00:00'),
            ('b', 'shopee', 'completed', 20, 20, '2026-03-03 08:00'),
            ('c', 'shopee', 'completed', 30, 30, '2026-03-03 08:00'),
            ('d', 'shopee', 'completed', 70, 70, '2026-03-08 23:59'),
            ('e', 'shopee', 'completed', 1, 1, '2026-03-09 00:00')";
    client.batch_execute(orders).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    for suffix in ["", "_live"] {
        let week = format!(
            "select week_end::text, days_covered, cancellation_rate::text, avg_order_value::text, is_final
             from weekly_statistics{suffix} where week_start = '2026-03-02'"
        );
        let row = client.query_one(&week, &[]).await.unwrap();
        assert_eq!(row.get::<_, &str>(0), "2026-03-08", "Monday to Sunday");
        assert_eq!(row.get::<_, i32>(1), 3);
        assert_eq!(row.get::<_, &str>(2), "25.00", "one of four, not a third");
        assert_eq!(row.get::<_, &str>(3), "40.00");
        assert!(row.get::<_, bool>(4));
        let average = "select round(avg(cancellation_rate), 2)::text from daily_order_statistics
                       where stat_date between '2026-03-02' and '2026-03-08'";
        let wrong: String = client.query_one(average, &[]).await.unwrap().get(0);
        assert_eq!(wrong, "33.33", "what an average of daily rates would say");
        let month = format!(
            "select days_covered from monthly_statistics{suffix} where month_start = '2026-03-01'
             and month_end = '2026-03-31' and total_orders = 5 and is_final"
        );
        let days: i32 = client.query_one(&month, &[]).await.unwrap().get(0);
        assert_eq!(days, 4);
    }
    // This week has not ended, whatever its days say.
    let now =
        "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
               values ('now', 'shopee', 'pending', 1, 1, localtimestamp)";
    client.batch_execute(now).await.unwrap();
    let open =
        "select count(*) from weekly_statistics_live where is_final and week_end >= current_date";
    assert_eq!(number(&client, open).await, 0);
}

/// The steps of docs/adding-a-grain.md, for the currency instead of a payment method.
const A_GRAIN_MORE: &str = "
    create or replace function order_facts(o orders) returns text[]
    language sql immutable parallel safe
    as $$ select array[o.region, o.shop_id, o.platform_status, o.currency] $$;
    create or replace function grain_keys(facts text[]) returns table (grain text, key text[])
    language sql immutable parallel safe
    as $$
        values
            ('region', facts[1:1]),
            ('shop', facts[2:2]),
            ('payment', facts[3:4])
    $$;
    select create_grain_views('payment', array['method', 'currency']);";

#[tokio::test]
async fn are_one_definition_each() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        client.batch_execute(ORDERS).await.unwrap();
        client.batch_execute(A_GRAIN_MORE).await.unwrap();
        let migrated = world.json(&["migrate"]);
        assert_eq!(
            migrated["statistics_grains"],
            serde_json::json!(["category", "payment", "region", "shop"])
        );
        let changes = "
            update orders set platform_status = 'COD' where order_code::int % 2 = 0;
            update orders set currency = 'VND', region = 'Huế' where order_code::int % 3 = 0;
            delete from orders where order_code::int % 13 = 0";
        client.batch_execute(changes).await.unwrap();
        let differing = "
            select count(*)
            from (
                select stat_date, platform::text, coalesce(method, '-') as method, coalesce(currency, '-') as currency,
                       total_orders, total_revenue
                from daily_payment_statistics
            ) k
            full join (
                select order_date::date as stat_date, platform::text, coalesce(platform_status, '-') as method,
                       coalesce(currency, '-') as currency, count(*) as total_orders,
                       coalesce(sum(final_amount) filter (where status = 'completed'), 0) as total_revenue
                from orders group by 1, 2, 3, 4
            ) r using (stat_date, platform, method, currency)
            where (k.total_orders, k.total_revenue) is distinct from (r.total_orders, r.total_revenue)";
        if mode == "incremental" {
            assert_eq!(number(&client, &live(differing)).await, 0, "live");
        }
        world.run(&["aggregate"]).exits_with(0);
        assert_eq!(number(&client, differing).await, 0, "stored");
        let spoil = "update daily_grain_statistics set total_orders = total_orders + 1
                     where grain = 'payment' and key[1] = 'COD'";
        client.batch_execute(spoil).await.unwrap();
        let found = world.run(&["validate"]).exits_with(1);
        assert!(found.all().contains("payment COD, ?"), "{}", found.all());
        world.run(&["repair"]).exits_with(0);
        assert_eq!(number(&client, differing).await, 0, "repaired");
        world.run(&["rebuild", "--all"]).exits_with(0);
        assert_eq!(number(&client, differing).await, 0, "rebuilt");
        world.run(&["validate"]).exits_with(0);
    }
}

#[tokio::test]
async fn are_turned_off_and_on_beside_writers() {
    let world = World::migrated().await;
    let app = app(&world);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for writer in 0..4 {
        let (client, stop) = (world.client().await, Arc::clone(&stop));
        writers.push(tokio::spawn(async move {
            let mut round = 0;
            while !stop.load(Relaxed) {
                round += 1;
                let level = ["read committed", "repeatable read"][round % 2];
                let script = format!(
                    "begin isolation level {level};
                     insert into orders (order_code, platform, status, total_amount, final_amount, order_date, region)
                     values ('{writer}-{round}', 'shopee', 'completed', 10, 10, '2026-03-01 10:00', 'Huế');
                     update orders set region = null where order_code = '{writer}-' || {round} / 2;
                     commit"
                );
                if let Err(error) = client.batch_execute(&script).await {
                    let code = error.code().map(|code| code.code().to_owned());
                    assert!(code.is_some_and(|code| code.starts_with("40")), "{error:?}");
                    client.batch_execute("rollback").await.unwrap();
                }
            }
        }));
    }
    let mut client = world.client().await;
    let (mut switched, mut folder) = (0, Folder::new(&app.database, &app.clock));
    for round in 0..30 {
        let wanted = Grains::parse(["none", "region", "all", "shop,category"][round % 4]);
        let (kept, changed) = switch_grains(&app, &mut client, &wanted).await.unwrap();
        switched += u32::from(changed);
        assert_eq!(changed, round > 0 || kept.len() != 3, "{kept:?}");
        if kept.len() == 3 {
            for exact in [
                include_str!("exactness_of_grains.sql"),
                &exactness_of_categories(),
            ] {
                assert_eq!(number(&client, exact).await, 0, "in round {round}");
            }
        }
        folder.fold().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    stop.store(true, Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(switched >= 29, "{switched}");
    switch_grains(&app, &mut client, &Grains::All)
        .await
        .unwrap();
    folder.fold_all().await.unwrap();
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn that_nobody_knows_are_refused_with_those_there_are() {
    let world = World::migrated().await;
    let mut command = world.command(&["migrate"]);
    command.env("DAYBOOK_STATISTICS_GRAINS", "region, provinces");
    let refused = crate::world::end(&mut command).exits_with(2);
    assert!(
        refused
            .stderr
            .contains("unknown grain provinces; there are category, region, shop"),
        "{}",
        refused.stderr
    );
    let mut command = world.command(&["migrate", "--format", "json"]);
    command.env("DAYBOOK_STATISTICS_GRAINS", "none");
    let kept = crate::world::end(&mut command).exits_with(0).json();
    assert_eq!(kept["statistics_grains"], serde_json::json!([]));
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    assert_eq!(
        number(&client, "select count(*) from grain_journal").await,
        0
    );
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
    assert_eq!(
        number(&client, "select count(*) from daily_region_statistics").await,
        0
    );
}

#[tokio::test]
async fn of_provinces_are_by_either_division_of_vietnam() {
    let world = World::migrated().await;
    let client = world.client().await;
    for (division, provinces) in [("VN-63", 63), ("VN-34", 34)] {
        let query = "select count(distinct province) from province_names where division = $1";
        let count: i64 = client.query_one(query, &[&division]).await.unwrap().get(0);
        assert_eq!(count, provinces, "{division}");
    }
    for (written, old, new) in [
        ("Bình Dương", Some("Bình Dương"), Some("Hồ Chí Minh")),
        ("Tỉnh Bình Dương", Some("Bình Dương"), Some("Hồ Chí Minh")),
        ("TP. Hồ Chí Minh", Some("Hồ Chí Minh"), Some("Hồ Chí Minh")),
        ("TP.HCM", Some("Hồ Chí Minh"), Some("Hồ Chí Minh")),
        ("Ho Chi Minh City", Some("Hồ Chí Minh"), Some("Hồ Chí Minh")),
        ("THÀNH PHỐ ĐÀ NẴNG", Some("Đà Nẵng"), Some("Đà Nẵng")),
        (
            "Bà Rịa–Vũng Tàu",
            Some("Bà Rịa - Vũng Tàu"),
            Some("Hồ Chí Minh"),
        ),
        ("Hà Tĩnh", Some("Hà Tĩnh"), Some("Hà Tĩnh")),
        ("Thanh Hoá", Some("Thanh Hóa"), Some("Thanh Hóa")),
        ("Dak Nong", Some("Đắk Nông"), Some("Lâm Đồng")),
        ("Huế", Some("Thừa Thiên Huế"), Some("Huế")),
        ("Kontum", Some("Kon Tum"), Some("Quảng Ngãi")),
        // Decomposed, as some systems write it.
        (
            "Ha\u{300} No\u{323}\u{302}i",
            Some("Hà Nội"),
            Some("Hà Nội"),
        ),
        ("Selangor", None, None),
    ] {
        for (division, wanted) in [("VN-63", old), ("VN-34", new)] {
            let query = "select (select province from province_names
                                 where division = $1 and folded = fold_place_name($2))";
            let found: Option<String> = client
                .query_one(query, &[&division, &written])
                .await
                .unwrap()
                .get(0);
            assert_eq!(found.as_deref(), wanted, "{written} in {division}");
        }
    }
    client.batch_execute(ORDERS).await.unwrap();
    let others = "update orders set region = 'Hậu Giang' where region = 'Hà Nội' and order_code::int % 2 = 0;
                  insert into province_names (division, spelling, province) values ('MY', 'Selangor', 'Selangor')";
    client.batch_execute(others).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    for suffix in ["", "_live"] {
        for division in ["VN-63", "VN-34", "MY"] {
            let of_division = format!(
                "(select * from daily_province_statistics{suffix} where division = '{division}')"
            );
            let differing = sums_that_differ(&format!("{of_division} v"));
            assert_eq!(number(&client, &differing).await, 0, "{division}");
        }
    }
    let merged = "
        select (select sum(total_revenue) from daily_province_statistics where division = 'VN-34' and province = 'Cần Thơ')
             = (select sum(total_revenue) from daily_province_statistics where division = 'VN-63'
                and province in ('Cần Thơ', 'Hậu Giang'))";
    let merged: bool = client.query_one(merged, &[]).await.unwrap().get(0);
    assert!(merged);
}

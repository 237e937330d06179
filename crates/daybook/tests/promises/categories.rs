//! Products come into categories by an import; the figures of exactly their days follow, and every figure stays exact.

use bson::doc;
use test_support::TestMongo;
use tokio_postgres::Client;

use crate::world::{MODES, World, exactness_of_categories, statistics_equal_a_recount};

/// Orders of three days: two of one product, one of both, one without lines, one whose lines say less than the order.
const ORDERS: &str = "
    insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, lines)
    values
        ('a', 'shopee', 'completed', 110, 10, 100, '2026-03-01 10:00',
         array[row('1', null, 1, 110, 10, 100)::order_line]),
        ('b', 'shopee', 'completed', 220, 20, 200, '2026-03-02 10:00', array[
            row('1', null, 1, 55, 5, 50)::order_line, row('2', null, 1, 110, 10, 100)::order_line,
            row('1', 'red', 1, 55, 5, 50)::order_line]),
        ('c', 'shopee', 'cancelled', 30, 0, 30, '2026-03-03 10:00', array[row('2', null, 3, 30, 0, 30)::order_line]),
        ('d', 'shopee', 'completed', 7, null, 7, '2026-03-03 10:00', null),
        ('e', 'lazada', 'completed', 9, 0, 9, '2026-03-03 10:00', array[row('1', null, 1, 2, 0, 2)::order_line])";

fn csv(world: &World, name: &str, text: impl AsRef<[u8]>) -> String {
    std::fs::write(world.path(name), text).unwrap();
    world.path(name).to_str().unwrap().to_owned()
}

/// Day, category, orders, revenue of Shopee, one line each.
async fn shown(client: &Client, view: &str) -> String {
    let query = format!(
        "select coalesce(string_agg(concat_ws(' ', stat_date, coalesce(category_id, '-'), total_orders, total_revenue), E'\\n'
                                    order by stat_date, category_id nulls first), '')
         from {view} where platform = 'shopee'"
    );
    client.query_one(&query, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn figures_of_exactly_their_days_follow() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        client.batch_execute(ORDERS).await.unwrap();
        world.run(&["aggregate"]).exits_with(0);
        assert_eq!(
            shown(&client, "daily_category_statistics").await,
            "2026-03-01 - 1 100.00\n2026-03-02 - 1 200.00\n2026-03-03 - 2 7.00"
        );
        let table = "platform,product_id,category_id\nshopee,1,shirts\n";
        let imported = world.json(&["categories", "import", &csv(&world, "t.csv", table)]);
        assert_eq!(imported["products_new"], 1, "{imported}");
        assert_eq!(
            (
                &imported["days"],
                &imported["first_day"],
                &imported["last_day"]
            ),
            (&2.into(), &"2026-03-01".into(), &"2026-03-02".into()),
            "product 1 of Shopee was sold on two days"
        );
        let waiting = "select count(*) from stats_rebuild_queue where needs_rebuild";
        let waiting: i64 = client.query_one(waiting, &[]).await.unwrap().get(0);
        assert_eq!(waiting, if mode == "queue" { 2 } else { 0 });
        if mode == "queue" {
            world.run(&["aggregate"]).exits_with(0);
        }
        let now = "2026-03-01 shirts 1 100.00\n2026-03-02 - 1 100.00\n2026-03-02 shirts 1 100.00\n2026-03-03 - 2 7.00";
        assert_eq!(shown(&client, "daily_category_statistics").await, now);
        assert_eq!(shown(&client, "daily_category_statistics_live").await, now);
        statistics_equal_a_recount(&client).await;
        let reason = "select counts ->> 'from' || ' ' || (counts ->> 'days') from job_runs where command = 'categories import'";
        let reason: String = client.query_one(reason, &[]).await.unwrap().get(0);
        assert!(reason.ends_with("t.csv 2"), "{reason}");

        // By hand, without the program.
        for change in [
            "insert into product_categories values ('shopee', '2', 'hats'), ('lazada', '1', '77')",
            "update product_categories set category_id = 'hats' where product_id = '1'",
            "update product_categories set updated_at = now()",
            "delete from product_categories where platform = 'shopee'",
        ] {
            client.batch_execute(change).await.unwrap();
            if mode == "incremental" {
                statistics_equal_a_recount(&client).await;
            }
            world.run(&["aggregate"]).exits_with(0);
            statistics_equal_a_recount(&client).await;
            world.run(&["validate"]).exits_with(0);
        }
    }
}

#[tokio::test]
async fn amounts_that_lines_do_not_explain_are_without_category() {
    for mode in MODES {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        client.batch_execute(ORDERS).await.unwrap();
        let table = "platform,product_id,category_id\nshopee,1,shirts\nshopee,2,shirts\n";
        let imported = world.json(&["categories", "import", &csv(&world, "t.csv", table)]);
        assert_eq!(imported["products_new"], 2, "{imported}");
        let by_hand =
            "update orders set total_amount = 270, final_amount = 250 where order_code = 'b'";
        client.batch_execute(by_hand).await.unwrap();
        world.run(&["aggregate"]).exits_with(0);
        // The order is not counted a second time where its rest is.
        let now = "2026-03-01 shirts 1 100.00\n2026-03-02 - 0 50.00\n2026-03-02 shirts 1 200.00\n\
                   2026-03-03 - 1 7.00\n2026-03-03 shirts 1 0.00";
        for view in [
            "daily_category_statistics",
            "daily_category_statistics_live",
        ] {
            assert_eq!(shown(&client, view).await, now, "{view}");
        }
        world.run(&["rebuild", "--all"]).exits_with(0);
        assert_eq!(shown(&client, "daily_category_statistics").await, now);
        statistics_equal_a_recount(&client).await;
    }
}

/// One line, two, three and five, without a product, without anything, and in an array that is not numbered from 1.
#[tokio::test]
async fn lines_count_however_their_array_is_made() {
    let world = World::migrated().await;
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    let more = "
        insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, lines)
        select 'n' || n, 'shopee', 'completed', 11 * n, n, 10 * n, '2026-03-04 10:00',
               array(select row('p' || i, null, 1, 11, 1, 10)::order_line from generate_series(1, n) i)
        from generate_series(1, 5) n;
        insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, lines)
        values
            ('from 0', 'shopee', 'completed', 33, 3, 30, '2026-03-04 11:00',
             '[0:2]={\"(p1,,1,11,1,10)\",\"(p2,,1,11,1,10)\",\"(p6,,1,11,1,10)\"}'),
            ('nothing', 'shopee', 'completed', 33, 3, 30, '2026-03-04 11:00',
             array[null, row(null, null, 1, 11, 1, 10)::order_line, null]);
        insert into product_categories (platform, product_id, category_id)
        select 'shopee', 'p' || n, 'c' || n from generate_series(1, 6) n";
    client.batch_execute(more).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
    // What is told by product p1 and p6: six orders and one.
    let told = "select string_agg(category_id || ' ' || total_orders || ' ' || total_revenue, ', ' order by category_id)
                from daily_category_statistics where category_id in ('c1', 'c6')";
    let told = async || -> String { client.query_one(told, &[]).await.unwrap().get(0) };
    assert_eq!(told().await, "c1 6 60.00, c6 1 10.00");
    let forgotten = "delete from daily_order_statistics; delete from daily_grain_statistics";
    client.batch_execute(forgotten).await.unwrap();
    world.run(&["rebuild", "--all"]).exits_with(0);
    assert_eq!(told().await, "c1 6 60.00, c6 1 10.00");
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn figures_in_the_journal_follow_as_well() {
    let world = World::migrated().await;
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    client
        .batch_execute("insert into product_categories values ('shopee', '2', 'hats')")
        .await
        .unwrap();
    let now = "2026-03-01 - 1 100.00\n2026-03-02 - 1 100.00\n2026-03-02 hats 1 100.00\n2026-03-03 - 1 7.00\n2026-03-03 hats 1 0.00";
    assert_eq!(shown(&client, "daily_category_statistics_live").await, now);
    // A product in the journal that leaves again, before and after the fold.
    client
        .batch_execute("delete from orders where order_code = 'c'; delete from product_categories")
        .await
        .unwrap();
    let then = "2026-03-01 - 1 100.00\n2026-03-02 - 1 200.00\n2026-03-03 - 1 7.00";
    assert_eq!(shown(&client, "daily_category_statistics_live").await, then);
    world.run(&["aggregate"]).exits_with(0);
    assert_eq!(shown(&client, "daily_category_statistics").await, then);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn what_could_not_be_exact_is_refused_with_the_way_that_is() {
    let world = World::migrated().await;
    let client = world.client().await;
    for (statement, hint) in [
        ("truncate product_categories", "use DELETE"),
        (
            "begin isolation level repeatable read; insert into product_categories values ('shopee', '2', 'hats'); commit",
            "read committed",
        ),
    ] {
        let refused = client.batch_execute(statement).await.unwrap_err();
        let said = refused.as_db_error().unwrap().hint().unwrap_or_default();
        assert!(said.contains(hint), "{refused:?}");
        client.batch_execute("rollback").await.unwrap();
    }
    let not_a_number = "insert into orders (order_code, platform, status, total_amount, final_amount, order_date, lines)
        values ('x', 'shopee', 'pending', 1, 1, '2026-03-01', array[row('1', null, 1, 1, 'NaN', 1)::order_line])";
    let refused = client.batch_execute(not_a_number).await.unwrap_err();
    assert!(format!("{refused:?}").contains("line_amount_is_number"));
}

#[tokio::test]
async fn a_change_that_no_trigger_saw_is_found_and_mended() {
    let world = World::migrated().await;
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    world.run(&["aggregate"]).exits_with(0);
    let unseen = "alter table product_categories disable trigger trigger_products_insert;
                  insert into product_categories values ('shopee', '1', 'shirts')";
    client.batch_execute(unseen).await.unwrap();
    let found = world.run(&["doctor"]);
    assert!(
        found.all().contains("trigger_products_insert"),
        "{}",
        found.all()
    );
    let found = world.run(&["validate"]).exits_with(1);
    assert!(found.all().contains("category shirts"), "{}", found.all());
    world.run(&["repair"]).exits_with(0);
    world.run(&["validate"]).exits_with(0);
    statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn parents_have_what_their_children_have() {
    let world = World::migrated().await;
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    let table = "category_id;category_name;parent_id;product_id\r
                 wear;Thời trang;;\r
                 shirts;\"Áo; sơ mi\";wear;\r
                 hats;Nón;wear;\r
                 shirts;;;1\r
                 hats;;;2\r
                 left;Trái;right;\r
                 right;Phải;left;\r\n"
        .replace("                 ", "");
    let file = csv(&world, "cay.csv", format!("\u{feff}{table}"));
    let imported = world.json(&["categories", "import", &file, "--platform", "shopee"]);
    assert_eq!(
        (&imported["products"], &imported["categories_changed"]),
        (&2.into(), &5.into()),
        "{imported}"
    );
    world.run(&["aggregate"]).exits_with(0);
    for suffix in ["", "_live"] {
        let tree = format!("daily_category_tree_statistics{suffix}");
        assert_eq!(
            shown(&client, &tree).await,
            "2026-03-01 shirts 1 100.00\n2026-03-01 wear 1 100.00\n\
             2026-03-02 hats 1 100.00\n2026-03-02 shirts 1 100.00\n2026-03-02 wear 2 200.00\n\
             2026-03-03 - 1 7.00\n2026-03-03 hats 1 0.00\n2026-03-03 wear 1 0.00"
        );
    }
    let path = "select array_to_string(path_names, ' > ') || ' ' || level from category_paths where category_id = 'shirts'";
    let path: String = client.query_one(path, &[]).await.unwrap().get(0);
    assert_eq!(path, "Thời trang > Áo; sơ mi 2");
    // A circle is no reason to hang.
    let circle = "select count(*) from category_paths where category_id in ('left', 'right')";
    let circle: i64 = client.query_one(circle, &[]).await.unwrap().get(0);
    assert_eq!(circle, 2);
}

#[tokio::test]
async fn what_is_exported_can_be_imported_again() {
    let world = World::migrated().await;
    let client = world.client().await;
    client.batch_execute(ORDERS).await.unwrap();
    let missing = world
        .run(&["categories", "export", "--missing"])
        .exits_with(0);
    assert_eq!(
        missing.stdout,
        "platform,product_id,category_id,category_name,parent_id\nlazada,1,,,\nshopee,1,,,\nshopee,2,,,\n"
    );
    client
        .batch_execute(
            "insert into product_categories values ('shopee', '1', '=cmd()'), ('lazada', '1', '77');
             insert into categories values ('shopee', '=cmd()', '-1\" cáp', null), ('lazada', '77', null, '7')",
        )
        .await
        .unwrap();
    let out = world.path("out.csv");
    world
        .run(&["categories", "export", "--out", out.to_str().unwrap()])
        .exits_with(0);
    let text = std::fs::read_to_string(&out).unwrap();
    assert_eq!(
        text,
        "platform,product_id,category_id,category_name,parent_id\n\
         lazada,,77,,7\nshopee,,'=cmd(),\"'-1\"\" cáp\",\nlazada,1,77,,\nshopee,1,'=cmd(),,\n",
        "no cell is a formula"
    );
    client
        .batch_execute("delete from product_categories; delete from categories")
        .await
        .unwrap();
    let imported = world.json(&["categories", "import", out.to_str().unwrap()]);
    assert_eq!(imported["products_new"], 2, "{imported}");
    let again = world.run(&["categories", "export"]).exits_with(0);
    assert_eq!(again.stdout, text);
    // Those that a complete table does not name lose their category.
    let table = csv(
        &world,
        "all.csv",
        "platform,product_id,category_id\nshopee,2,hats\n",
    );
    let replaced = world.json(&["categories", "import", "--replace", &table]);
    assert_eq!(
        (&replaced["products_new"], &replaced["products_removed"]),
        (&1.into(), &1.into()),
        "Lazada's are left alone: {replaced}"
    );
    statistics_equal_a_recount(&{
        world.run(&["aggregate"]).exits_with(0);
        world.client().await
    })
    .await;
}

#[tokio::test]
async fn a_table_with_a_fault_is_refused_as_a_whole_and_says_where() {
    let world = World::migrated().await;
    let client = world.client().await;
    for (name, text, said) in [
        (
            "a.csv",
            "platform,product_id\nshopee,1\n",
            "no column category_id",
        ),
        (
            "b.csv",
            "product_id,category_id\n1,2\n",
            "no column platform, and no --platform",
        ),
        (
            "c.csv",
            "platform,category_id,product_id\nshopee,1,2\namazon,1,2\n",
            "line 3: platform \"amazon\" is not",
        ),
        (
            "d.csv",
            "platform,category_id,product_id\nshopee,1,2\nshopee,3,2\n",
            "line 3: product 2 of shopee is in category 1 as well as in 3",
        ),
        (
            "e.csv",
            "platform,category_id,product_id\ntiktok,1,1.73E+18\n",
            "line 2: 1.73E+18 has lost digits",
        ),
        (
            "f.csv",
            "platform,category_id,product_id\nshopee,,2\n",
            "line 2: has no category_id",
        ),
        (
            "g.csv",
            "platform,category_id,parent_id\nshopee,5,5\n",
            "category 5 is its own parent_id",
        ),
        (
            "h.csv",
            "platform,category_id,product_id\n",
            "holds no product with a category",
        ),
        ("i.csv", "", "no column category_id"),
        ("gone.csv", "", "cannot be read"),
    ] {
        let file = csv(&world, name, text);
        if name == "gone.csv" {
            std::fs::remove_file(&file).unwrap();
        }
        let refused = world.run(&["categories", "import", &file]).exits_with(2);
        assert!(refused.stderr.contains(said), "{name}: {}", refused.stderr);
        assert!(
            refused.stderr.contains("hint:"),
            "{name}: {}",
            refused.stderr
        );
    }
    let latin = csv(
        &world,
        "latin.csv",
        b"platform,category_id,category_name\nshopee,1,\xe1o\n",
    );
    let refused = world.run(&["categories", "import", &latin]).exits_with(2);
    assert!(
        refused.stderr.contains("save it as CSV UTF-8"),
        "{}",
        refused.stderr
    );
    let stored =
        "select (select count(*) from product_categories) + (select count(*) from categories)";
    let stored: i64 = client.query_one(stored, &[]).await.unwrap().get(0);
    assert_eq!(stored, 0, "nothing of a faulty table is imported");
}

#[tokio::test]
async fn of_product_documents_in_a_collection_and_in_a_dump() {
    let world = World::migrated().await;
    let mongo = TestMongo::create().await;
    let database = mongo.database().await;
    let products = database.collection::<bson::Document>("tiktok_products");
    products
        .insert_many([
            doc! { "id": "1730000000000000001", "category_chains": [
                { "id": "600001", "parent_id": "0", "is_leaf": false, "local_name": "Làm đẹp" },
                { "id": "601", "parent_id": "600001", "is_leaf": true, "local_name": "Son môi" },
            ] },
            doc! { "id": "1730000000000000002", "title": "a draft without category" },
        ])
        .await
        .unwrap();
    let from = [
        "categories",
        "import",
        "tiktok_products",
        "--source",
        mongo.uri(),
    ];
    let imported = world.json(&from);
    assert_eq!(
        (&imported["products_new"], &imported["categories_changed"]),
        (&1.into(), &2.into()),
        "{imported}"
    );
    let gone = world
        .run(&[
            "categories",
            "import",
            "shopee_items",
            "--source",
            mongo.uri(),
        ])
        .exits_with(2);
    assert!(
        gone.stderr.contains("shopee_items") && gone.stderr.contains("tiktok_products"),
        "{}",
        gone.stderr
    );

    let dump = csv(
        &world,
        "items.json",
        "{\"item_id\": 51000000001, \"category_id\": 100017}\n",
    );
    let unnamed = world.run(&["categories", "import", &dump]).exits_with(2);
    assert!(unnamed.stderr.contains("--platform"), "{}", unnamed.stderr);
    let imported = world.json(&["categories", "import", &dump, "--platform", "shopee"]);
    assert_eq!(imported["products_new"], 1, "{imported}");
    let exported = world.run(&["categories", "export"]).exits_with(0).stdout;
    assert!(
        exported.contains("tiktok,,601,Son môi,600001\n"),
        "{exported}"
    );
    assert!(
        exported.contains("tiktok,1730000000000000001,601,,\nshopee")
            || exported.contains("shopee,51000000001,100017,,\n"),
        "{exported}"
    );
}

#[tokio::test]
async fn lines_add_up_to_their_orders() {
    let world = World::migrated().await;
    world.generate(2_000);
    world.run(&["sync"]).exits_with(1);
    let client = world.client().await;
    let differing = "
        select count(*)
        from orders o
        join (
            select platform, order_code, sum(final_amount) as paid, sum(discount_amount) as discount,
                   count(*) = max(line_number) as numbered
            from order_lines group by platform, order_code
        ) l using (platform, order_code)
        where (l.paid, l.discount, l.numbered) is distinct from (o.final_amount, o.discount_amount, true)";
    let differing: i64 = client.query_one(differing, &[]).await.unwrap().get(0);
    assert_eq!(differing, 0);
    let with_lines = "select count(*) from orders where cardinality(lines) > 1";
    let with_lines: i64 = client.query_one(with_lines, &[]).await.unwrap().get(0);
    assert!(with_lines > 300, "{with_lines}");
    // A line changed by hand is a difference to the source, and is mended.
    let spoil = "update orders set lines[1].product_id = 'x'
                 where id = (select min(id) from orders where status = 'completed' and cardinality(lines) > 0)";
    client.batch_execute(spoil).await.unwrap();
    let found = world.run(&["validate", "--source"]).exits_with(1);
    assert!(found.all().contains("lines"), "{}", found.all());
    world.run(&["repair", "--source"]);
    let differing: i64 = client
        .query_one(&exactness_of_categories(), &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(differing, 0);
}

/// What migration V9 leaves of orders that were loaded before there were lines.
#[tokio::test]
async fn orders_loaded_before_there_were_lines_get_them_when_they_are_read_again() {
    let world = World::migrated().await;
    let expected = world.generate(1_000);
    world.run(&["sync"]).exits_with(1);
    let client = world.client().await;
    let before =
        "update orders set lines = null, content_hash = -9223372036854775808, document_hash = null";
    client.batch_execute(before).await.unwrap();
    world.run(&["validate", "--source"]).exits_with(1);
    let again = world.json(&["sync", "--full"]);
    assert_eq!(again["updated"], expected.orders, "{again}");
    world.run(&["aggregate"]).exits_with(0);
    world.run(&["validate", "--source"]).exits_with(0);
    let lines = "select count(*) from order_lines";
    let lines: i64 = client.query_one(lines, &[]).await.unwrap().get(0);
    assert!(lines > i64::try_from(expected.orders).unwrap(), "{lines}");
}

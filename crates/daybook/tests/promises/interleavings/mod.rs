//! Every interleaving of the steps of writers, folds, rebuilds and TRUNCATE, made of the program's own SQL: figures are
//! exact after each of them. Taking any guard away is found.

mod player;

use self::player::{Played, Session, play};
use crate::world::{MODES, World, exactness_of_categories};

const COMMIT: &str = "commit";
const ONE_SNAPSHOT: &str = "begin isolation level repeatable read;";
const EXACTNESS: [&str; 2] = [
    include_str!("../exactness.sql"),
    include_str!("../exactness_of_grains.sql"),
];
const GATE_FOLD: &str = include_str!("../../../src/aggregate/gate_fold.sql");
const GATE_DAYS: &str = include_str!("../../../src/aggregate/gate_rebuild_days.sql");
const GATE_RANGE: &str = include_str!("../../../src/aggregate/gate_rebuild_range.sql");
const FOLD: &str = include_str!("../../../src/aggregate/fold_journal.sql");
const DROP_EMPTY: &str = include_str!("../../../src/aggregate/drop_empty.sql");
const TAKE_MARKS: &str = include_str!("../../../src/aggregate/take_marks.sql");
const TAKE_JOURNAL: &str = include_str!("../../../src/aggregate/take_journal.sql");
const COMPUTE_RANGE: &str = include_str!("../../../src/aggregate/compute_range.sql");
const COMPUTE_DAYS: &str = include_str!("../../../src/aggregate/compute_days.sql");
const REPLACE: &str = include_str!("../../../src/aggregate/replace_statistics.sql");
const TAKE_ENTRIES: &str = include_str!("../../../src/aggregate/grains/take_entries.sql");
const DROP_EMPTY_BUCKETS: &str = include_str!("../../../src/aggregate/grains/drop_empty.sql");
const TAKE_GRAIN_JOURNAL: &str = include_str!("../../../src/aggregate/grains/take_journal.sql");
const REPLACE_BUCKETS: &str = include_str!("../../../src/aggregate/grains/replace.sql");

/// Orders that are there, and in the figures, before each permutation.
const SETUP: &str = "
    truncate orders; truncate stats_rebuild_marks; truncate stats_audit;
    insert into orders (order_code, platform, status, total_amount, discount_amount, final_amount, order_date, region)
    values
        ('A', 'shopee', 'completed', 100, 10, 90, '2026-03-01 10:00', 'Huế'),
        ('B', 'shopee', 'pending', 50, null, 50, '2026-03-01 11:00', null),
        ('C', 'tiktok', 'completed', 70, 0, 70, '2026-03-02 12:00', 'Huế');";

fn writer(name: &'static str, change: &str) -> Session {
    let steps = vec![format!("begin; {change}"), COMMIT.to_owned()];
    Session { name, steps }
}

/// A statement with its parameters written out.
fn with(sql: &str, parameters: &[&str]) -> String {
    let numbered = parameters.iter().enumerate();
    numbered.fold(format!("{sql}\n;"), |sql, (index, value)| {
        sql.replace(&format!("${}", index + 1), value)
    })
}

/// Folds so many entries at the most.
fn folder(name: &'static str, most_entries: &str) -> Session {
    let fold = with(FOLD, &["'0'", most_entries, "now()::timestamp", "now()"]);
    let days = "array(select distinct stat_date from daily_order_statistics)";
    let work = [
        fold,
        with(DROP_EMPTY, &[days]),
        fold_grains(most_entries),
        with(DROP_EMPTY_BUCKETS, &[days]),
    ];
    let steps = vec![
        format!("begin; {GATE_FOLD};"),
        work.concat(),
        COMMIT.to_owned(),
    ];
    Session { name, steps }
}

fn fold_grains(most_entries: &str) -> String {
    with("select fold_grains($1)", &[most_entries])
}

/// The fold of the finer grains as one function. The program adds the entries up itself; here the definition in SQL does, so
/// that a step is one text. How entries are taken is the program's own statement.
fn fold_grains_in_sql() -> String {
    let take = TAKE_ENTRIES
        .replace("$1", "'0'")
        .replace("$2", "most_entries")
        .replace("array_send(j.orders)", "j.orders");
    format!(
        "set check_function_bodies = off;
         do $do$
         begin
             execute replace(replace(
                 pg_get_functiondef('journal_buckets_of_day(date)'::regprocedure),
                 'public.grain_journal', 'taken'), 'journal_buckets_of_day', 'taken_buckets_of_day');
         end
         $do$;
         create function take_entries(most_entries bigint)
         returns table (stat_date date, platform varchar, status varchar, sign smallint, orders journal_order[])
         language sql as $take$ {take} $take$;
         create function fold_grains(most_entries bigint) returns void language plpgsql as $fold$
         begin
             create temp table if not exists taken (
                 stat_date date, platform varchar(20), status varchar(50), sign smallint, orders journal_order[]
             ) on commit delete rows;
             delete from taken;
             insert into taken
             select t.stat_date, t.platform, t.status, t.sign, t.orders from take_entries(most_entries) t;
             insert into daily_grain_statistics as s (
                 grain, stat_date, platform, key, total_orders, completed_orders, cancelled_orders, pending_orders,
                 gross_merchandise_value, total_revenue, total_discount
             )
             select b.*
             from (select distinct t.stat_date from taken t) d
             cross join lateral taken_buckets_of_day(d.stat_date) b
             order by b.grain, b.stat_date, b.platform, b.key
             on conflict (grain, stat_date, platform, key) do update
             set total_orders = s.total_orders + excluded.total_orders,
                 completed_orders = s.completed_orders + excluded.completed_orders,
                 cancelled_orders = s.cancelled_orders + excluded.cancelled_orders,
                 pending_orders = s.pending_orders + excluded.pending_orders,
                 gross_merchandise_value = s.gross_merchandise_value + excluded.gross_merchandise_value,
                 total_revenue = s.total_revenue + excluded.total_revenue,
                 total_discount = s.total_discount + excluded.total_discount;
         end
         $fold$;"
    )
}

/// First day, last day, and the days between them that count.
type Bounds = [&'static str; 3];

const ALL_DAYS: Bounds = ["'-infinity'", "'infinity'", "null"];
const MARKED_DAYS: Bounds = [
    "'2026-03-01'",
    "'2026-03-02'",
    "array[date '2026-03-01', date '2026-03-02']",
];

fn rebuilder(name: &'static str, gate: &str, bounds: Bounds, compute: String) -> Session {
    let [first, last, days] = bounds;
    let replace = with(
        REPLACE,
        &[
            first,
            last,
            days,
            "current_date",
            "now()::timestamp",
            "now()",
            "1",
        ],
    );
    let work = [
        with(TAKE_MARKS, &bounds),
        with(TAKE_JOURNAL, &bounds),
        with(TAKE_GRAIN_JOURNAL, &bounds),
        compute,
        replace_buckets(first, last),
        replace,
    ];
    let steps = vec![
        format!("{ONE_SNAPSHOT} {gate};"),
        work.concat(),
        COMMIT.to_owned(),
    ];
    Session { name, steps }
}

/// The program counts the days itself while it counts the finer grains; here the definition in SQL does, as where none is kept.
fn compute(sql: &str, bounds: &[&str]) -> String {
    let only_then = "where cardinality(enabled_grains()) = 0";
    assert!(sql.contains(only_then), "the condition is not where it was");
    with(&sql.replace(only_then, ""), bounds)
}

/// The program counts the buckets itself; here the definition in SQL does, so that a step is one text. How they are replaced
/// is the program's own statement.
fn replace_buckets(first: &str, last: &str) -> String {
    let told = "told_buckets($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    assert!(
        REPLACE_BUCKETS.contains(told),
        "the recount is not where it was"
    );
    let counted = format!("expected_daily_grain_statistics({first}, {last})");
    REPLACE_BUCKETS
        .replace(told, &counted)
        .replace("$10", first)
        .replace("$11", last)
        .replace("$12", "now()::timestamp")
        + ";"
}

fn rebuilder_of_range(name: &'static str) -> Session {
    rebuilder(
        name,
        GATE_RANGE,
        ALL_DAYS,
        compute(COMPUTE_RANGE, &ALL_DAYS[..2]),
    )
}

/// Computes the days that have marks, as `aggregate` does in mode queue.
fn rebuilder_of_days(name: &'static str) -> Session {
    rebuilder(
        name,
        GATE_DAYS,
        MARKED_DAYS,
        compute(COMPUTE_DAYS, &MARKED_DAYS[2..]),
    )
}

/// Sessions that begin together, from the orders of [`SETUP`] and what is done to them first.
struct Scene {
    setup: String,
    sessions: Vec<Session>,
}

impl Scene {
    fn of(sessions: impl IntoIterator<Item = Session>) -> Self {
        Self {
            setup: SETUP.to_owned(),
            sessions: sessions.into_iter().collect(),
        }
    }

    /// The same with a part of its SQL replaced: a guard taken away.
    fn without(&self, guard: &str, instead: &str) -> Self {
        let has_guard = |session: &Session| session.steps.iter().any(|step| step.contains(guard));
        assert!(
            self.sessions.iter().any(has_guard),
            "the guard is not where it was: {guard}"
        );
        let changed = |session: &Session| Session {
            name: session.name,
            steps: session
                .steps
                .iter()
                .map(|step| step.replace(guard, instead))
                .collect(),
        };
        Self {
            setup: self.setup.clone(),
            sessions: self.sessions.iter().map(changed).collect(),
        }
    }

    async fn played(&self, mode: &'static str) -> Played {
        let world = World::in_mode(mode).await;
        let client = world.client().await;
        client.batch_execute(&fold_grains_in_sql()).await.unwrap();
        let [days, grains] = EXACTNESS;
        let checks = [days, grains, &exactness_of_categories()];
        play(&world.database, &self.setup, &checks, &self.sessions).await
    }

    async fn is_always_exact(&self, mode: &'static str, at_least: usize) -> Played {
        let played = self.played(mode).await;
        println!("{played:?}");
        assert_eq!(played.wrong, None, "figures differ after these steps");
        assert!(played.interleavings >= at_least, "{played:?}");
        assert!(played.comparisons >= at_least, "{played:?}");
        played
    }

    /// Without a guard transactions are undone that would not have to be.
    async fn is_exact_but_undone(&self, mode: &'static str) {
        let played = self.played(mode).await;
        println!("{played:?}");
        assert_eq!(played.wrong, None, "figures differ after these steps");
        assert!(
            played.undone > 0,
            "nothing shows that the guard is gone: {played:?}"
        );
    }

    /// Without a guard figures must be wrong somewhere, or the interleavings prove nothing.
    async fn is_wrong(&self, mode: &'static str) {
        let played = self.played(mode).await;
        println!("{played:?}");
        assert!(
            played.wrong.is_some(),
            "nothing shows that the guard is gone: {played:?}"
        );
    }
}

const ADDS_AND_MOVES: &str = "
    insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
    values ('N', 'lazada', 'completed', 30, 30, '2026-03-01 09:00');
    update orders set order_date = '2026-03-02 01:00', status = 'completed', region = 'Huế' where order_code = 'B';";

fn a_writer_a_fold_and_a_rebuild() -> Scene {
    Scene::of([
        writer("w", ADDS_AND_MOVES),
        folder("f", "1000"),
        rebuilder_of_range("r"),
    ])
}

#[tokio::test]
async fn of_a_writer_a_fold_and_a_rebuild() {
    let played = a_writer_a_fold_and_a_rebuild()
        .is_always_exact("incremental", 160)
        .await;
    assert_eq!(played.undone, 0, "the gate spares every one of them");
}

#[tokio::test]
async fn of_a_writer_and_two_folds() {
    let deletes = writer("w", "delete from orders where order_code in ('A', 'C');");
    let scene = Scene::of([deletes, folder("f", "1000"), folder("g", "1000")]);
    scene.is_always_exact("incremental", 500).await;
}

#[tokio::test]
async fn of_a_writer_and_two_rebuilds_of_marked_days() {
    let changes = writer(
        "w",
        "update orders set final_amount = 60, status = 'completed' where order_code = 'B';",
    );
    let scene = Scene::of([changes, rebuilder_of_days("r"), rebuilder_of_days("s")]);
    scene.is_always_exact("queue", 200).await;
}

#[tokio::test]
async fn of_a_writer_a_fold_and_a_rebuild_of_marked_days() {
    let mut scene = Scene::of([
        writer("w", ADDS_AND_MOVES),
        folder("f", "1000"),
        rebuilder_of_days("r"),
    ]);
    scene.setup += "insert into stats_rebuild_queue (stat_date) values ('2026-03-01');";
    scene.is_always_exact("incremental", 100).await;
}

#[tokio::test]
async fn of_two_writers_of_the_same_orders_and_a_fold() {
    let first = writer(
        "w",
        "update orders set order_date = order_date + interval '1 day';",
    );
    let second = writer(
        "x",
        "update orders set status = 'cancelled' where order_code <> 'C'; delete from orders where order_code = 'A';",
    );
    Scene::of([first, second, folder("f", "1000")])
        .is_always_exact("incremental", 50)
        .await;
}

#[tokio::test]
async fn of_a_truncate_a_writer_and_a_fold() {
    let scene = Scene::of([
        writer("t", "truncate orders;"),
        writer("w", ADDS_AND_MOVES),
        folder("f", "1000"),
    ]);
    scene.is_always_exact("incremental", 30).await;
}

#[tokio::test]
async fn of_a_truncate_a_writer_and_a_rebuild() {
    for mode in MODES {
        let scene = Scene::of([
            writer("t", "truncate orders;"),
            writer("w", ADDS_AND_MOVES),
            rebuilder_of_days("r"),
        ]);
        scene.is_always_exact(mode, 30).await;
    }
}

/// Folds of one entry each, while an order comes and is deleted by a transaction that began before it came: its entry is
/// the older one, so the day is for a moment without an order but not without figures.
fn folds_of_one_entry() -> Scene {
    let older = Session {
        name: "o",
        steps: vec![
            "begin; insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             values ('Z', 'shopee', 'pending', 1, 1, '2026-03-05 09:00');"
                .to_owned(),
            "delete from orders where order_code = 'N';".to_owned(),
            COMMIT.to_owned(),
        ],
    };
    let comes = Session {
        name: "n",
        steps: vec![
            "insert into orders (order_code, platform, status, total_amount, final_amount, order_date)
             values ('N', 'shopee', 'completed', 30, 30, '2026-03-01 09:00');"
                .to_owned(),
        ],
    };
    let mut folds = folder("f", "1");
    let [gate, fold, commit] = [0, 1, 2].map(|step: usize| folds.steps[step].clone());
    let once = format!("{gate} {fold} {commit};");
    folds.steps = vec![once.clone(), once.clone(), once];
    let mut scene = Scene::of([older, comes, folds]);
    scene.setup += "delete from orders where order_code = 'B';";
    scene.setup += &with(FOLD, &["'0'", "1000", "now()::timestamp", "now()"]);
    scene.setup += &fold_grains("1000");
    scene
}

#[tokio::test]
async fn of_folds_that_take_an_older_entry_first() {
    folds_of_one_entry()
        .is_always_exact("incremental", 140)
        .await;
}

#[tokio::test]
async fn show_when_a_row_goes_that_is_not_empty() {
    let guard = "(s.total_orders, s.completed_orders, s.cancelled_orders, s.pending_orders,
           s.gross_merchandise_value, s.total_revenue, s.total_discount) = (0, 0, 0, 0, 0, 0, 0)";
    let scene = folds_of_one_entry();
    scene
        .without(guard, "s.total_orders = 0")
        .is_wrong("incremental")
        .await;
}

/// Exactness does not hang on the gate: without it, PostgreSQL undoes a rebuild that a fold got in the way of. But then
/// a rebuild of a long history, beside a fold every second, would never come to its end.
#[tokio::test]
async fn show_when_folds_and_rebuilds_are_not_kept_apart() {
    let scene = a_writer_a_fold_and_a_rebuild();
    scene
        .without(GATE_FOLD, "select 1")
        .is_exact_but_undone("incremental")
        .await;
}

#[tokio::test]
async fn show_when_the_snapshot_is_older_than_the_wait() {
    let scene = a_writer_a_fold_and_a_rebuild();
    let older = format!("{ONE_SNAPSHOT} select 1;");
    scene
        .without(ONE_SNAPSHOT, &older)
        .is_exact_but_undone("incremental")
        .await;
}

#[tokio::test]
async fn show_when_a_rebuild_leaves_the_journal() {
    let scene = a_writer_a_fold_and_a_rebuild();
    scene
        .without(&with(TAKE_JOURNAL, &ALL_DAYS), "")
        .is_wrong("incremental")
        .await;
}

/// A product that moves while an order with it comes and changes, and what is waiting is folded or computed.
fn a_product_that_moves(work: Session) -> Scene {
    let moves = "insert into product_categories values ('shopee', '1', 'hats'), ('lazada', '1', 'hats')
                 on conflict (platform, product_id) do update set category_id = excluded.category_id;";
    let changes = "
        insert into orders (order_code, platform, status, total_amount, final_amount, order_date, lines)
        values ('N', 'lazada', 'completed', 30, 30, '2026-03-01 09:00', array[row('1', null, 1, 30, 0, 30)::order_line]);
        update orders set lines = array[row('1', null, 1, 50, 0, 50)::order_line] where order_code = 'B';";
    let mut scene = Scene::of([writer("p", moves), writer("w", changes), work]);
    scene.setup += "
        delete from product_categories;
        insert into product_categories values ('shopee', '1', 'shirts'), ('shopee', '2', 'shirts');
        update orders set lines = array[
            row('1', null, 1, 60, 6, 54)::order_line, row('2', null, 1, 40, 4, 36)::order_line] where order_code = 'A';";
    scene
}

#[tokio::test]
async fn of_a_product_that_moves_a_writer_and_a_fold() {
    a_product_that_moves(folder("f", "1000"))
        .is_always_exact("incremental", 60)
        .await;
}

#[tokio::test]
async fn of_a_product_that_moves_a_writer_and_a_rebuild() {
    a_product_that_moves(rebuilder_of_range("r"))
        .is_always_exact("incremental", 60)
        .await;
    a_product_that_moves(rebuilder_of_days("r"))
        .is_always_exact("queue", 30)
        .await;
}

#[tokio::test]
async fn show_when_a_product_moves_beside_a_fold() {
    let mut scene = a_product_that_moves(folder("f", "1000"));
    scene.setup += "
        do $$ begin
            execute replace(pg_get_functiondef('keep_out_folds'::regproc), 'lock table public.stats_gate', '-- ');
        end $$;";
    scene.is_wrong("incremental").await;
}

/// The statements of a rebuild as steps of their own, so that a change can land between them.
fn in_single_steps(session: Session) -> Session {
    let steps = session
        .steps
        .iter()
        .flat_map(|step| step.split_inclusive("\n;").map(str::to_owned))
        .collect();
    Session { steps, ..session }
}

#[tokio::test]
async fn show_when_a_rebuild_reads_in_several_snapshots() {
    let scene = Scene::of([
        writer("w", ADDS_AND_MOVES),
        in_single_steps(rebuilder_of_range("r")),
    ]);
    scene.is_always_exact("incremental", 20).await;
    scene
        .without(ONE_SNAPSHOT, "begin;")
        .is_wrong("incremental")
        .await;
}

#[tokio::test]
async fn show_when_marks_are_taken_after_the_days_were_computed() {
    let mut late = rebuilder_of_days("r");
    let taking = with(TAKE_MARKS, &MARKED_DAYS);
    late.steps[1] = late.steps[1].replace(&taking, "");
    late.steps.insert(2, taking);
    let scene = Scene::of([writer("w", ADDS_AND_MOVES), late]);
    scene.is_always_exact("queue", 10).await;
    scene
        .without(ONE_SNAPSHOT, "begin;")
        .is_wrong("queue")
        .await;
}

//! Any number of processes may serve; one of them leads. Another takes over when it dies or freezes, within ten seconds, and
//! nothing of the former one is committed any more.

use std::time::{Duration, Instant};

use tokio_postgres::Client;

use crate::service::Service;
use crate::world::{World, live_statistics_equal_a_recount};

/// What is promised.
const TAKE_OVER_WITHIN: Duration = Duration::from_secs(10);

async fn term(client: &Client) -> i64 {
    client
        .query_one("select term from leader_term", &[])
        .await
        .unwrap()
        .get(0)
}

/// The process id of whoever leads, by the lease.
async fn leader(client: &Client) -> Option<u32> {
    let row = client
        .query_one(
            "select case when expires_at > clock_timestamp() then split_part(holder, '/', 2)::bigint end from leader_lease",
            &[],
        )
        .await
        .unwrap();
    let id: Option<i64> = row.get(0);
    id.map(|id| u32::try_from(id).unwrap())
}

/// Waits until a process leads that is not this one; how long that took.
async fn another_leads(client: &Client, than: Option<u32>) -> Duration {
    let since = Instant::now();
    loop {
        let now = leader(client).await;
        if now.is_some() && now != than {
            return since.elapsed();
        }
        assert!(since.elapsed() < 3 * TAKE_OVER_WITHIN, "nobody else leads");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// No two runs of the same thing were open at the same time.
async fn no_runs_overlap(client: &Client) {
    let query = "select count(*) from job_runs a join job_runs b
        on b.command = a.command and b.parameters = a.parameters and b.id > a.id
        where b.started_at < coalesce(a.finished_at, 'infinity')";
    let overlapping: i64 = client.query_one(query, &[]).await.unwrap().get(0);
    assert_eq!(overlapping, 0);
}

fn by_id(services: &[Service], id: u32) -> &Service {
    services
        .iter()
        .find(|service| service.process_id() == id)
        .unwrap()
}

#[tokio::test]
async fn the_leader_is_killed_and_another_takes_over() {
    let world = World::migrated().await;
    world.generate(300);
    let client = world.client().await;
    let mut services = vec![Service::start(&world), Service::start(&world)];
    another_leads(&client, None).await;
    for _ in 0..3 {
        let first = leader(&client).await.unwrap();
        let before = term(&client).await;
        by_id(&services, first).signal("-KILL");
        let took = another_leads(&client, Some(first)).await;
        assert!(took < TAKE_OVER_WITHIN, "{took:?}");
        assert_eq!(term(&client).await, before + 1);
        services.retain(|service| service.process_id() != first);
        services.push(Service::start(&world));
    }
    no_runs_overlap(&client).await;
    let lost: i64 = client
        .query_one(
            "select count(*) from job_runs where error like '%was lost%'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert!(lost >= 3, "{lost}");
    live_statistics_equal_a_recount(&client).await;
}

#[tokio::test]
async fn the_leader_freezes_and_finds_itself_out_of_office() {
    let world = World::migrated().await;
    world.generate(300);
    let client = world.client().await;
    let services = vec![Service::start(&world), Service::start(&world)];
    another_leads(&client, None).await;
    for _ in 0..3 {
        let frozen = leader(&client).await.unwrap();
        by_id(&services, frozen).signal("-STOP");
        // Writers go on, so the frozen one has something to fold when it wakes up.
        client
            .execute("update orders set total_amount = total_amount + 1", &[])
            .await
            .unwrap();
        let took = another_leads(&client, Some(frozen)).await;
        assert!(took < TAKE_OVER_WITHIN, "{took:?}");
        let term_then = term(&client).await;
        by_id(&services, frozen).signal("-CONT");
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(
            term(&client).await,
            term_then,
            "the one that froze leads again"
        );
        assert_ne!(leader(&client).await, Some(frozen));
        no_runs_overlap(&client).await;
        live_statistics_equal_a_recount(&client).await;
    }
}

#[tokio::test]
async fn a_leader_that_stops_in_order_hands_over_at_once() {
    let world = World::migrated().await;
    world.generate(100);
    let client = world.client().await;
    let first = Service::start(&world);
    another_leads(&client, None).await;
    let second = Service::start(&world);
    let id = first.process_id();
    assert_eq!(first.stop(), Some(0));
    let took = another_leads(&client, Some(id)).await;
    assert!(took < Duration::from_secs(4), "{took:?}");
    let open: i64 = client
        .query_one(
            "select count(*) from job_runs where finished_at is null and term < (select term from leader_term)",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(open, 0, "runs of the first one are open");
    assert_eq!(leader(&client).await, Some(second.process_id()));
}

#[tokio::test]
async fn nothing_of_an_old_term_is_committed() {
    let world = World::migrated().await;
    let (mut old, new) = (world.client().await, world.client().await);
    let take = "select take_leadership('somebody', interval '1 hour')";
    let first: i64 = old.query_one(take, &[]).await.unwrap().get(0);
    let nobody: Option<i64> = new.query_one(take, &[]).await.unwrap().get(0);
    assert_eq!(nobody, None, "the lease holds");

    // A transaction that has shown its term keeps a take-over waiting until it has ended.
    let transaction = old.transaction().await.unwrap();
    transaction
        .execute("select require_leadership($1)", &[&first])
        .await
        .unwrap();
    new.execute("update leader_lease set expires_at = '-infinity'", &[])
        .await
        .unwrap();
    new.batch_execute("set lock_timeout = '300ms'")
        .await
        .unwrap();
    assert!(
        new.query_one(take, &[]).await.is_err(),
        "a take-over did not wait"
    );
    transaction.commit().await.unwrap();

    let second: i64 = new.query_one(take, &[]).await.unwrap().get(0);
    assert_eq!(second, first + 1);
    let transaction = old.transaction().await.unwrap();
    let late = transaction
        .execute("select require_leadership($1)", &[&first])
        .await
        .unwrap_err();
    assert_eq!(late.code().unwrap().code(), "DB001");
    drop(transaction);
    let kept: bool = old
        .query_one("select keep_leadership($1, interval '1 hour')", &[&first])
        .await
        .unwrap()
        .get(0);
    assert!(!kept, "an old term was prolonged");
}

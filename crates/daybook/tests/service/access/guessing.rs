//! Whoever guesses passwords is slowed down, and keeps nobody else out.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::{Method, Response};

use super::people::{Browser, PASSWORD, add_user, form, login_request, send_login};
use crate::service::{Service, client};
use crate::world::World;

/// Sends the login form from another address of this machine.
async fn log_in_from(service: &Service, address: &str, name: &str, password: &str) -> Response {
    let client = client(|builder| builder.local_address(Some(address.parse().unwrap())));
    client
        .post(format!("{}/login", service.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .body(form(&[("name", name), ("password", password)]))
        .send()
        .await
        .unwrap()
}

fn retry_after(response: &Response) -> u64 {
    response.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn after_five_wrong_passwords_each_costs_twice_the_time_of_the_one_before() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    for _ in 0..5 {
        assert_eq!(send_login(&service, "ann", "wrong").await.status(), 401);
    }
    let refused = send_login(&service, "ann", PASSWORD).await;
    assert_eq!(refused.status(), 429, "even the right one is not looked at");
    assert_eq!(retry_after(&refused), 1);
    assert!(refused.text().await.unwrap().contains("1 giây"));
    // In whatever case the name is written, and from elsewhere.
    assert_eq!(send_login(&service, " ANN ", PASSWORD).await.status(), 429);
    assert_eq!(
        log_in_from(&service, "127.0.0.9", "ann", PASSWORD)
            .await
            .status(),
        429
    );

    let client = world.client().await;
    let mut delays = Vec::new();
    for _ in 0..9 {
        // The delay is over, and another wrong one comes.
        client
            .execute("update login_attempts set blocked_until = now()", &[])
            .await
            .unwrap();
        assert_eq!(
            log_in_from(&service, "127.0.0.8", "ann", "wrong")
                .await
                .status(),
            401
        );
        delays.push(retry_after(&send_login(&service, "ann", PASSWORD).await));
    }
    // A little of each delay has passed before it is asked for.
    let wanted = [2, 4, 8, 16, 32, 60, 60, 60, 60];
    for (delay, wanted) in delays.iter().zip(wanted) {
        assert!((wanted.max(3) - 2..=wanted).contains(delay), "{delays:?}");
    }
    client
        .execute("update login_attempts set blocked_until = now()", &[])
        .await
        .unwrap();
    assert_eq!(send_login(&service, "ann", PASSWORD).await.status(), 303);
    // Forgotten, after the right one.
    for _ in 0..4 {
        assert_eq!(send_login(&service, "ann", "wrong").await.status(), 401);
    }
    assert_eq!(send_login(&service, "ann", PASSWORD).await.status(), 303);
}

#[tokio::test]
async fn strangers_do_not_keep_a_user_out_where_the_user_is_known() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    let browser = Browser::log_in(&service, "ann").await;
    assert_eq!(browser.post("/logout", &serde_json::json!({})).await, 204);
    for _ in 0..5 {
        log_in_from(&service, "127.0.0.9", "ann", "wrong").await;
    }
    assert_eq!(
        log_in_from(&service, "127.0.0.9", "ann", PASSWORD)
            .await
            .status(),
        429
    );
    assert_eq!(send_login(&service, "ann", PASSWORD).await.status(), 303);
}

#[tokio::test]
async fn whoever_tries_many_names_from_one_address_is_slowed_down() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    for number in 0..20 {
        let name = format!("name-{number}");
        assert_eq!(send_login(&service, &name, "wrong").await.status(), 401);
    }
    assert_eq!(send_login(&service, "ann", PASSWORD).await.status(), 429);
    assert_eq!(
        log_in_from(&service, "127.0.0.9", "ann", PASSWORD)
            .await
            .status(),
        303
    );
    // Names that were tried are kept nowhere: people type passwords into the wrong field.
    let client = world.client().await;
    for table in ["login_attempts", "action_log", "sessions", "users"] {
        let query = format!("select count(*) from {table} t where t::text like '%name-%'");
        let found: i64 = client.query_one(&query, &[]).await.unwrap().get(0);
        assert_eq!(found, 0, "{table}");
    }
}

#[tokio::test]
async fn several_processes_count_together() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let (one, other) = (Service::start(&world), Service::start(&world));
    for _ in 0..3 {
        assert_eq!(send_login(&one, "ann", "wrong").await.status(), 401);
    }
    for _ in 0..2 {
        assert_eq!(send_login(&other, "ann", "wrong").await.status(), 401);
    }
    assert_eq!(send_login(&one, "ann", PASSWORD).await.status(), 429);
}

#[tokio::test]
async fn many_guesses_at_once_are_counted_all_the_same() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    let guesses = (0..40).map(|_| send_login(&service, "ann", "wrong"));
    let statuses: Vec<u16> = join_all(guesses)
        .await
        .iter()
        .map(|response| response.status().as_u16())
        .collect();
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    // Five are free; one more may be under way when the fifth is counted, and the delays of a second or two may pass.
    assert!((5..=9).contains(&looked_at), "{statuses:?}");
    assert!(
        statuses.iter().all(|status| [401, 429].contains(status)),
        "{statuses:?}"
    );
}

#[tokio::test]
async fn an_unknown_name_is_answered_like_a_wrong_password() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    add_user(&world, "bob", "admin");
    add_user(&world, "eve", "viewer");
    world.run(&["user", "disable", "eve"]).exits_with(0);
    let service = Service::start(&world);
    let names = ["ann", "nobody", "eve", "not a name at all"];
    let mut pages = Vec::new();
    let mut quickest = [Duration::MAX; 4];
    // In turns, so that a busy machine is busy for all of them.
    for _ in 0..4 {
        for (name, quickest) in names.iter().zip(&mut quickest) {
            let password = if *name == "eve" { PASSWORD } else { "wrong" };
            let begun = Instant::now();
            let response = send_login(&service, name, password).await;
            *quickest = begun.elapsed().min(*quickest);
            assert_eq!(response.status(), 401);
            pages.push(response.text().await.unwrap());
        }
    }
    assert!(pages.iter().all(|page| page == &pages[0]));
    // Without the comparison an answer takes a small part of the time.
    for time in &quickest[1..] {
        assert!(
            *time > quickest[0] / 3 && *time < quickest[0] * 3,
            "{quickest:?}"
        );
    }
}

#[tokio::test]
async fn two_hundred_logins_at_once_disturb_nobody() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start(&world);
    // Once around, so that everything is there that stays.
    Browser::log_in(&service, "ann").await;
    let before = peak_memory_kib(&service);

    let logins = async {
        let patient = client(|builder| builder.timeout(Duration::from_secs(120)));
        let all = (0..200).map(|_| {
            let request = login_request(&service, "ann", PASSWORD).build().unwrap();
            patient.execute(request)
        });
        join_all(all).await
    };
    let others = async {
        let mut times = Vec::new();
        for _ in 0..200 {
            let begun = Instant::now();
            let response = service
                .request(Method::GET, "/api/v1/me")
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 200);
            times.push(begun.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        times.sort();
        times
    };
    let (logins, times) = tokio::join!(logins, others);
    for login in &logins {
        // A slow machine turns away whom it does not come to within the time of a request; none is answered wrongly.
        let status = login.as_ref().unwrap().status().as_u16();
        assert!([303, 503].contains(&status), "{status}");
    }
    let logged_in = logins
        .iter()
        .filter(|login| login.as_ref().is_ok_and(|login| login.status() == 303));
    assert!(logged_in.count() >= 20, "most are turned away");
    let p99 = times[times.len() * 99 / 100];
    assert!(
        p99 < Duration::from_millis(500),
        "p99 of another route: {p99:?}"
    );
    // Two passwords are hashed at a time, 19 MiB each; two hundred at a time would take 3.8 GiB.
    let grown = peak_memory_kib(&service) - before;
    assert!(grown < 100 * 1024, "memory grew by {grown} KiB");
}

/// The most memory the service has had, as the system counts it.
fn peak_memory_kib(service: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.process_id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

//! Clients that take their time take nobody else's.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::access::people::{Browser, add_user};
use crate::service::Service;
use crate::world::World;

#[tokio::test]
async fn headers_that_never_end_are_not_waited_for() {
    let world = World::migrated().await;
    let service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let address = service.url.trim_start_matches("http://").to_owned();
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
        slow.push(stream);
    }
    // Others are answered meanwhile.
    let (status, _) = service.get("/api/v1/nothing").await;
    assert_eq!(status, 404);

    let since = Instant::now();
    for stream in &mut slow {
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer));
        ended.await.expect("it is still waited for").ok();
    }
    assert!(since.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn headers_without_measure_are_refused() {
    let world = World::migrated().await;
    let service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let response = service
        .request(reqwest::Method::GET, "/api/v1/nothing")
        .header("x-long", "x".repeat(100_000))
        .send()
        .await;
    if let Ok(response) = response {
        assert_eq!(response.status(), 431);
    }
    let (status, _) = service.get("/api/v1/nothing").await;
    assert_eq!(status, 404, "it answers others as before");
}

#[tokio::test]
async fn a_form_that_comes_in_drops_is_not_waited_for() {
    let world = World::migrated().await;
    add_user(&world, "ann", "viewer");
    let service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let browser = Browser::log_in(&service, "ann").await;
    let address = service.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /logout HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\ncsrf=",
        browser.cookie
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let mut answer = vec![0; 1024];
    let answered = tokio::time::timeout(Duration::from_secs(20), read.read(&mut answer));
    let length = answered.await.expect("it is still waited for").unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    dripping.abort();
    assert!(browser.is_logged_in().await);
}

/// Sockets of a process, by what the kernel says of their connections.
fn connections(process: u32) -> usize {
    let folder = format!("/proc/{process}/fd");
    std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_not_waited_for() {
    let world = World::migrated().await;
    world.generate(3_000);
    world.run(&["sync"]);
    let service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_SCHEDULE_SYNC", "off");
    });
    let address = service.url.trim_start_matches("http://").to_owned();
    let before = connections(service.process_id());
    let mut deaf = Vec::new();
    for _ in 0..50 {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
        // Many requests one after the other: the answers fill every buffer between us.
        let ask = format!(
            "GET /api/v1/orders?limit=500&from=2026-10-01&to=2026-11-12 HTTP/1.1\r\nHost: {address}\r\n\r\n"
        );
        stream.write_all(ask.repeat(40).as_bytes()).await.unwrap();
        deaf.push(stream);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(connections(service.process_id()) >= before + 50);
    let since = Instant::now();
    while connections(service.process_id()) >= before + 25 {
        assert!(
            since.elapsed() < Duration::from_secs(90),
            "they are still waited for"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(service.get("/api/v1/totals?preset=today").await.0, 200);
}

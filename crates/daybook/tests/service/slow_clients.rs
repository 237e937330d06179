//! Clients that take their time take nobody else's.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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

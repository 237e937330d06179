//! Addresses and tokens of channels are in no output, whatever goes wrong.

use std::process::Command;

use super::receiver::{Manner, Receiver};
use super::stand::{Stand, run};

/// What must never be seen. Each is in the address or the token of a channel.
const MARKERS: [&str; 3] = ["MARKERHOOK", "MARKERSLACK", "MARKERTOKEN"];

fn set(command: &mut Command, root: &str) {
    for (name, value) in channels(root) {
        command.env(name, value);
    }
}

fn channels(root: &str) -> [(&'static str, String); 6] {
    [
        (
            "DAYBOOK_ALERTS_WEBHOOK_URL",
            format!("{root}/MARKERHOOK?key=MARKERHOOK"),
        ),
        (
            "DAYBOOK_ALERTS_SLACK_URL",
            format!("{root}/services/MARKERSLACK"),
        ),
        ("DAYBOOK_ALERTS_TELEGRAM_TOKEN", "1:MARKERTOKEN".to_owned()),
        ("DAYBOOK_ALERTS_TELEGRAM_CHAT", "1".to_owned()),
        ("DAYBOOK_ALERTS_TELEGRAM_API", root.to_owned()),
        (
            "DAYBOOK_ALERTS_ALLOW_HOSTS",
            "127.0.0.1, nowhere.invalid".to_owned(),
        ),
    ]
}

#[track_caller]
fn shows_none(text: &str, where_: &str) {
    for marker in MARKERS {
        assert!(!text.contains(marker), "{marker} in {where_}:\n{text}");
    }
}

async fn output(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn when_sending_fails_in_every_way() {
    let stand = Stand::new().await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let mut roots = vec![
        (nobody.clone(), "cannot be reached"),
        (nobody.replace("http", "https"), "cannot be reached"),
        ("http://nowhere.invalid".to_owned(), "cannot be reached"),
        ("http://example.com".to_owned(), "not https"),
        ("https://10.0.0.1".to_owned(), "private address"),
    ];
    let mut receivers = Vec::new();
    for (manner, said) in [
        (Manner::Answers(500), "answered 500"),
        (Manner::Answers(401), "is the token right?"),
        (Manner::Answers(404), "is the address or the token right?"),
        (Manner::Redirects, "redirects are not followed"),
    ] {
        let receiver = Receiver::start(manner).await;
        roots.push((receiver.url(""), said));
        receivers.push(receiver);
    }
    for (root, expected) in roots {
        for format in ["text", "json"] {
            let mut command = stand
                .world
                .command(&["alerts", "test", "-vv", "--format", format]);
            command.env("DAYBOOK_LOG", "trace");
            set(&mut command, &root);
            let said = output(command).await;
            assert!(said.contains(expected), "{root}: {said}");
            shows_none(&said, &root);
        }
    }
}

#[tokio::test]
async fn in_the_database_and_in_what_is_told_of_it() {
    let receiver = Receiver::start(Manner::Answers(500)).await;
    let settings = channels(&receiver.url(""));
    let settings: Vec<(&str, &str)> = settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let stand = Stand::with(&settings).await;
    stand.sql(&run("sync", 30, "failed", "{}", "no")).await;
    stand.tick(0).await;
    stand.tick(60).await;
    assert_eq!(receiver.received().len(), 3);
    for table in ["alerts", "alert_deliveries", "job_runs"] {
        let rows = stand
            .value(&format!("select jsonb_agg(to_jsonb(t)) from {table} t"))
            .await;
        assert!(!rows.is_empty());
        shows_none(&rows, table);
    }
    assert_eq!(stand.value("select count(*) from alert_deliveries where last_error = 'the receiver answered 500'").await, "3");
}

#[tokio::test]
async fn when_the_configuration_is_shown_or_wrong() {
    let stand = Stand::new().await;
    for format in ["text", "json"] {
        let mut command = stand.world.command(&["config", "show", "--format", format]);
        set(&mut command, "https://hooks.example");
        let shown = output(command).await;
        assert!(shown.contains("alerts.telegram_token"), "{shown}");
        shows_none(&shown, "config show");
    }
    for (name, value) in [
        ("DAYBOOK_ALERTS_WEBHOOK_URL", "MARKERHOOK"),
        (
            "DAYBOOK_ALERTS_WEBHOOK_URL",
            "https://user:MARKERHOOK@host/",
        ),
        ("DAYBOOK_ALERTS_SLACK_URL", "ftp://host/MARKERSLACK"),
        (
            "DAYBOOK_ALERTS_TELEGRAM_TOKEN",
            "1:MARKERTOKEN/../getUpdates",
        ),
        ("DAYBOOK_ALERTS_TELEGRAM_TOKEN", "1:MARKERTOKEN"),
    ] {
        let mut command = stand.world.command(&["config", "check"]);
        command.env(name, value);
        let said = output(command).await;
        assert!(said.contains("alerts."), "{name} {value}: {said}");
        shows_none(&said, value);
    }
}

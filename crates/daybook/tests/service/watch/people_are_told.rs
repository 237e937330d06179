//! People are told once that an alert fires and once that it is over, whatever the receiver and the service do meanwhile.

use std::time::Duration;

use daybook::watch::alerts;
use tokio::net::TcpListener;

use super::receiver::{Manner, Receiver};
use super::stand::{Stand, run};

const FIRED: &str = "fired failing_job:sync";
const RESOLVED: &str = "resolved failing_job:sync";

fn failed() -> String {
    run("sync", 30, "failed", "{}", "MongoDB <cannot> be & reached")
}

fn mended() -> String {
    run("sync", 5, "succeeded", "{}", "")
}

async fn told_by_webhook(receiver: &Receiver) -> Stand {
    Stand::with(&[
        ("DAYBOOK_ALERTS_WEBHOOK_URL", &receiver.url("/hook")),
        ("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1"),
        ("DAYBOOK_ALERTS_DASHBOARD_URL", "https://daybook.example/"),
    ])
    .await
}

async fn fire(stand: &Stand) {
    stand.sql(&failed()).await;
    stand.tick(0).await;
    assert_eq!(stand.tick(60).await.fired.len(), 1);
}

#[tokio::test]
async fn once_when_it_fires_and_once_when_it_is_over() {
    let receiver = Receiver::start(Manner::Takes).await;
    let stand = told_by_webhook(&receiver).await;
    fire(&stand).await;
    let told = receiver.received();
    assert_eq!(told.len(), 1);
    let (body, headers) = (&told[0].body, &told[0].headers);
    assert_eq!(told[0].path, "/hook");
    assert_eq!(body["version"], 1);
    assert_eq!(body["event"], "fired");
    assert_eq!(body["key"], "failing_job:sync");
    assert_eq!(body["severity"], "warning");
    assert_eq!(body["fired_at"], "2026-03-20T05:01:00Z");
    assert_eq!(body["resolved_at"], serde_json::Value::Null);
    assert_eq!(body["link"], "https://daybook.example/operations#runs");
    assert!(
        body["message"]["vi"]
            .as_str()
            .unwrap()
            .starts_with("sync thất bại")
    );
    assert!(
        body["hint"]["en"]
            .as_str()
            .unwrap()
            .contains("daybook doctor")
    );
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["idempotency-key"].len(), 32);

    for seconds in [65, 3_600] {
        stand.tick(seconds).await;
    }
    stand.sql(&mended()).await;
    for seconds in [3_605, 3_800, 3_805, 9_000] {
        stand.tick(seconds).await;
    }
    assert_eq!(receiver.events(), [RESOLVED]);
}

#[tokio::test]
async fn again_and_again_until_somebody_listens() {
    for manner in [Manner::Answers(500), Manner::Answers(429), Manner::Hangs] {
        let receiver = Receiver::start(manner).await;
        let stand = told_by_webhook(&receiver).await;
        fire(&stand).await;
        let first = receiver.received();
        assert_eq!(first.len(), 1, "{manner:?}");
        // Not before the pause is over,
        stand.tick(61).await;
        assert!(receiver.received().is_empty());
        // and after it once more, under the same key.
        stand.tick(80).await;
        let second = receiver.received();
        assert_eq!(second.len(), 1, "{manner:?}");
        let key = |one: &super::receiver::Received| one.headers["idempotency-key"].clone();
        assert_eq!(key(&first[0]), key(&second[0]));

        receiver.becomes(Manner::Takes);
        for seconds in [200, 210, 10_000] {
            stand.tick(seconds).await;
        }
        assert_eq!(receiver.events(), [FIRED], "{manner:?}");
        let told = "select attempts || ' ' || (delivered_at is not null) || ' ' || (last_error is null) from alert_deliveries";
        assert_eq!(stand.value(told).await, "3 true true");
    }
}

#[tokio::test]
async fn a_receiver_that_is_down_hears_of_it_when_it_is_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let stand = Stand::with(&[
        (
            "DAYBOOK_ALERTS_WEBHOOK_URL",
            &format!("http://{address}/hook"),
        ),
        ("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1"),
    ])
    .await;
    fire(&stand).await;
    let error = "select last_error from alert_deliveries";
    assert_eq!(stand.value(error).await, "the host cannot be reached");
    let receiver = Receiver::on(TcpListener::bind(address).await.unwrap(), Manner::Takes);
    stand.tick(100).await;
    assert_eq!(receiver.events(), [FIRED]);
}

#[tokio::test]
async fn what_is_over_before_it_could_be_told_is_told_in_order() {
    let receiver = Receiver::start(Manner::Answers(503)).await;
    let stand = told_by_webhook(&receiver).await;
    fire(&stand).await;
    stand.sql(&mended()).await;
    stand.tick(70).await;
    assert_eq!(stand.tick(200).await.resolved.len(), 1);
    receiver.becomes(Manner::Takes);
    receiver.received();
    stand.tick(400).await;
    assert_eq!(receiver.events(), [FIRED, RESOLVED]);
}

#[tokio::test]
async fn it_is_given_up_in_the_end() {
    let receiver = Receiver::start(Manner::Answers(500)).await;
    let stand = told_by_webhook(&receiver).await;
    fire(&stand).await;
    for hour in 1..40 {
        stand.tick(hour * 3_700 * 2).await;
    }
    assert_eq!(receiver.received().len(), 19);
    assert_eq!(
        stand
            .value("select count(*) from alert_deliveries where given_up_at is not null")
            .await,
        "1"
    );
}

#[tokio::test]
async fn a_leader_that_takes_over_tells_what_the_last_one_did_not() {
    let receiver = Receiver::start(Manner::Takes).await;
    let stand = told_by_webhook(&receiver).await;
    stand.sql(&failed()).await;
    stand.tick(0).await;
    // The first leader stores that it fires, and dies before it says so.
    let mut client = stand.world.client().await;
    let fired = alerts::evaluate(&stand.at(60), &stand.watch, &mut client)
        .await
        .unwrap();
    assert_eq!((fired.fired.len(), fired.is_due), (1, true));
    assert!(receiver.received().is_empty());
    let stand = stand.taken_over().await;
    assert!(
        stand.tick(65).await.fired.is_empty(),
        "it has fired already"
    );
    assert_eq!(receiver.events(), [FIRED]);
}

#[tokio::test]
async fn a_leader_that_dies_while_it_tells_is_followed_by_one_that_tells_again() {
    let receiver = Receiver::start(Manner::Hangs).await;
    let stand = told_by_webhook(&receiver).await;
    stand.sql(&failed()).await;
    stand.tick(0).await;
    let mut client = stand.world.client().await;
    alerts::evaluate(&stand.at(60), &stand.watch, &mut client)
        .await
        .unwrap();
    let app = stand.at(60);
    let dying = stand.watch.delivery().deliver(&app);
    tokio::time::timeout(Duration::from_millis(200), dying)
        .await
        .unwrap_err();
    assert_eq!(receiver.events(), [FIRED]);

    receiver.becomes(Manner::Takes);
    let stand = stand.taken_over().await;
    stand.tick(100).await;
    assert!(
        receiver.received().is_empty(),
        "the first one may still be at it"
    );
    stand.tick(130).await;
    assert_eq!(receiver.events(), [FIRED]);
}

#[tokio::test]
async fn a_channel_that_hangs_holds_up_neither_the_others_nor_the_judging() {
    let (hanging, taking) = (
        Receiver::start(Manner::Hangs).await,
        Receiver::start(Manner::Takes).await,
    );
    let stand = Stand::with(&[
        ("DAYBOOK_ALERTS_WEBHOOK_URL", &hanging.url("/hook")),
        ("DAYBOOK_ALERTS_SLACK_URL", &taking.url("/slack")),
        ("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1"),
    ])
    .await;
    stand.sql(&failed()).await;
    stand.tick(0).await;
    let mut client = stand.world.client().await;
    let began = std::time::Instant::now();
    let ticked = alerts::tick(&stand.at(60), &stand.watch, &mut client)
        .await
        .unwrap();
    assert_eq!(ticked.fired.len(), 1);
    assert!(
        began.elapsed() < super::stand::PATIENCE,
        "{:?}",
        began.elapsed()
    );
    stand.watch.delivery().deliver(&stand.at(60)).await.unwrap();
    assert_eq!(taking.received().len(), 1);
}

#[tokio::test]
async fn slack_and_telegram_get_what_they_understand() {
    let receiver = Receiver::start(Manner::Takes).await;
    let stand = Stand::with(&[
        (
            "DAYBOOK_ALERTS_SLACK_URL",
            &receiver.url("/services/T0/B0/secret"),
        ),
        ("DAYBOOK_ALERTS_TELEGRAM_TOKEN", "123456:ABC-DEF_ghi"),
        ("DAYBOOK_ALERTS_TELEGRAM_CHAT", "-100200300"),
        ("DAYBOOK_ALERTS_TELEGRAM_API", &receiver.url("")),
        ("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1"),
        ("DAYBOOK_ALERTS_DASHBOARD_URL", "https://daybook.example"),
    ])
    .await;
    fire(&stand).await;
    let mut told = receiver.received();
    told.sort_by_key(|one| one.path.clone());
    let [telegram, slack] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(slack.path, "/services/T0/B0/secret");
    let text = slack.body["text"].as_str().unwrap();
    assert!(
        text.starts_with("daybook · Cảnh báo: sync thất bại"),
        "{text}"
    );
    assert!(text.contains("&lt;cannot&gt; be &amp; reached"), "{text}");
    assert!(
        text.ends_with("\nhttps://daybook.example/operations#runs"),
        "{text}"
    );
    assert_eq!(telegram.path, "/bot123456:ABC-DEF_ghi/sendMessage");
    assert_eq!(telegram.body["chat_id"], "-100200300");
    let text = telegram.body["text"].as_str().unwrap();
    assert!(text.contains("<cannot> be & reached"), "{text}");
}

#[tokio::test]
async fn whoever_configured_it_can_try_it() {
    let receiver = Receiver::start(Manner::Takes).await;
    let stand = Stand::new().await;
    let nothing = stand.world.run(&["alerts", "test"]).exits_with(2);
    assert!(
        nothing.stderr.contains("alerts.webhook_url"),
        "{}",
        nothing.stderr
    );

    let mut command = stand.world.command(&["alerts", "test"]);
    command
        .env("DAYBOOK_ALERTS_WEBHOOK_URL", receiver.url("/hook"))
        .env("DAYBOOK_ALERTS_SLACK_URL", "https://127.0.0.1/slack");
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8(refused.stdout).unwrap();
    assert!(
        said.contains("webhook: not sent: the address is not https"),
        "{said}"
    );
    assert!(
        said.contains("slack: not sent: the host is at a private address"),
        "{said}"
    );
    assert!(receiver.received().is_empty());

    command
        .env("DAYBOOK_ALERTS_ALLOW_HOSTS", "127.0.0.1")
        .env_remove("DAYBOOK_ALERTS_SLACK_URL");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert!(output.status.success());
    assert_eq!(receiver.events(), ["test test"]);
}

#[tokio::test]
async fn the_list_shows_what_is_open_and_what_was() {
    let stand = Stand::new().await;
    assert!(
        stand
            .world
            .run(&["alerts", "list"])
            .exits_with(0)
            .stdout
            .contains("no alert")
    );
    fire(&stand).await;
    let open = stand.world.run(&["alerts", "list"]).exits_with(1).stdout;
    assert!(
        open.contains("failing_job:sync") && open.contains("run the command again"),
        "{open}"
    );
    stand.sql(&mended()).await;
    stand.tick(70).await;
    stand.tick(200).await;
    assert!(
        stand
            .world
            .run(&["alerts", "list"])
            .exits_with(0)
            .stdout
            .contains("no alert")
    );
    let all = stand.world.json(&["alerts", "list", "--all"]);
    assert_eq!(all[0]["key"], "failing_job:sync");
    assert_eq!(all[0]["resolved_at"], "2026-03-20T05:03:20Z");
}

#[tokio::test]
async fn a_clock_that_is_set_back_keeps_nobody_from_being_told() {
    let receiver = Receiver::start(Manner::Answers(503)).await;
    let stand = told_by_webhook(&receiver).await;
    let five_hours = 5 * 3_600;
    stand.sql(&failed()).await;
    stand.tick(five_hours).await;
    assert_eq!(stand.tick(five_hours + 60).await.fired.len(), 1);
    assert_eq!(receiver.received().len(), 1);
    // The next attempt would be due in five hours.
    receiver.becomes(Manner::Takes);
    stand.tick(120).await;
    assert_eq!(receiver.events(), [FIRED]);
    stand.tick(125).await;
    assert_eq!(receiver.received().len(), 0, "told twice");
}

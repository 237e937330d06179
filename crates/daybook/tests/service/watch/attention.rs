//! `daybook status` and `/health` call for a person by the definition of the alerts.

use serde_json::Value;

use crate::service::Service;
use crate::world::World;

fn messages(status: &Value) -> Vec<String> {
    let attention = status["attention"].as_array().unwrap().iter();
    attention
        .map(|one| one["message"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_alerts_are_about_needs_a_person() {
    let world = World::migrated().await;
    let client = world.client().await;
    let status = |settings: &[(&str, &str)]| {
        let mut command = world.command(&["status", "--format", "json"]);
        let ended = crate::world::end(command.envs(settings.iter().copied()));
        let told = messages(&ended.json());
        assert_eq!(ended.code, i32::from(!told.is_empty()), "{told:?}");
        told
    };
    assert_eq!(status(&[]), [""; 0]);

    // A threshold of the alerts is one of the status.
    let marked = "insert into stats_rebuild_queue (stat_date) values (current_date + 7)";
    client.batch_execute(marked).await.unwrap();
    assert_eq!(status(&[]), [""; 0]);
    assert_eq!(
        status(&[("DAYBOOK_ALERTS_QUEUE_DAYS", "0")]),
        ["1 day waits to be computed"]
    );

    // A failure that a later run has made up for needs nobody.
    let run = |outcome: &str| {
        format!(
            "insert into job_runs (command, started_at, finished_at, outcome, error)
             values ('validate', now(), now(), '{outcome}', 'no reason')"
        )
    };
    client.batch_execute(&run("failed")).await.unwrap();
    let failing = status(&[]);
    assert_eq!(failing.len(), 1);
    assert!(failing[0].starts_with("validate failed"), "{failing:?}");

    // What only the leader can tell is taken from what it has told.
    let silent = "insert into alerts (condition_key, kind, severity, subject, value, threshold, unit, message_en, message_vi,
                                      hint_en, hint_vi, link_path, began_at, last_seen_at, fired_at)
                  values ('platform_silent:lazada', 'platform_silent', 'warning', 'lazada', 9000, 1800, 'seconds',
                          'lazada has been silent', 'lazada im lặng', 'check the collector', 'kiểm tra', '/operations',
                          now(), now(), now())";
    client.batch_execute(silent).await.unwrap();
    let both = status(&[]);
    assert_eq!(both.len(), 2);
    assert_eq!(both[1], "lazada has been silent");

    let service = Service::start_with(&world, |command| {
        command.env_remove("DAYBOOK_SOURCE");
    });
    let (code, health) = service.get("/api/v1/health").await;
    assert_eq!((code, &health["healthy"]), (200, &Value::Bool(false)));
    let told = messages(&health);
    assert!(
        told.iter()
            .any(|message| message.starts_with("validate failed")),
        "{told:?}"
    );
    client.batch_execute(&run("succeeded")).await.unwrap();
    let (_, health) = service.get("/api/v1/health").await;
    assert!(
        !messages(&health)
            .iter()
            .any(|message| message.starts_with("validate failed"))
    );
}

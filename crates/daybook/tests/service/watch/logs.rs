//! Log lines for programs: JSON, with the ids of the request and of the run that they belong to.

use std::io::Read;

use serde_json::Value;

use crate::service::Service;
use crate::world::World;

fn lines(text: &str) -> Vec<Value> {
    let parsed = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    parsed.collect()
}

fn span<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    let spans = line["spans"].as_array()?;
    spans.iter().find(|span| span["name"] == name)
}

#[tokio::test]
async fn lines_of_a_run_carry_its_number() {
    let world = World::migrated().await;
    world.generate(20);
    // The first batch fails in passing, which is told.
    let client = world.client().await;
    client
        .batch_execute(
            "create sequence attempts;
             create function fail_once() returns trigger language plpgsql as
                 $$ begin if nextval('attempts') = 1 then raise exception using errcode = '40001'; end if; return null; end $$;
             create trigger fail_once after insert on orders for each statement execute function fail_once()",
        )
        .await
        .unwrap();
    let ended = world.run(&["sync", "--log-format", "json"]);
    let said = lines(&ended.stderr);
    let of_run: Vec<_> = said.iter().filter_map(|line| span(line, "run")).collect();
    assert!(!of_run.is_empty(), "{}", ended.stderr);
    let run: i64 = client
        .query_one("select id from job_runs where command = 'sync'", &[])
        .await
        .unwrap()
        .get(0);
    assert!(of_run.iter().all(|span| span["id"] == run), "{of_run:?}");
    assert!(
        said.iter()
            .all(|line| line["timestamp"].is_string() && line["level"].is_string())
    );
}

#[tokio::test]
async fn a_line_about_a_request_carries_the_id_that_its_answer_has() {
    let world = World::migrated().await;
    let mut taken = None;
    let service = Service::start_with(&world, |command| {
        command.env("DAYBOOK_LOG_FORMAT", "json");
        let (reader, writer) = std::io::pipe().unwrap();
        command.stderr(writer);
        taken = Some(reader);
    });
    world
        .client()
        .await
        .batch_execute("drop table alert_deliveries")
        .await
        .unwrap();
    let response = service
        .request(reqwest::Method::GET, "/api/v1/alerts")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 500);
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    service.stop();
    let mut text = String::new();
    taken.unwrap().read_to_string(&mut text).unwrap();
    let said = lines(&text);
    let line = said
        .iter()
        .find(|line| span(line, "request").is_some_and(|span| span["id"] == id.as_str()));
    let line = line.unwrap_or_else(|| panic!("{id} in {text}"));
    assert_eq!(line["level"], "ERROR");
    assert_eq!(span(line, "request").unwrap()["path"], "/api/v1/alerts");
}

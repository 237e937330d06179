//! No secret is in what the program prints, logs, answers, or shows of itself to other users of the machine.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use reqwest::Method;
use serde_json::json;

use super::people::{
    Browser, PASSWORD, add_user, cookie_of, create_token, form, json as with_body, with_password,
    with_token,
};
use crate::world::{World, end};

const MARKER: &str = "s3cr3t-marker-Zq9";

#[tokio::test]
async fn passwords_of_servers_are_not_printed_when_connections_fail() {
    let world = World::migrated().await;
    let server = world.database.url();
    let (address, database) = server.rsplit_once('/').unwrap();
    let host = address.rsplit(['@', '/']).next().unwrap();
    for url in [
        format!("postgresql://ann:{MARKER}@127.0.0.1:1/db"),
        format!("postgresql://nobody:{MARKER}@{host}/{database}"),
        format!("postgresql://ann:{MARKER}@127.0.0.1:notaport/db"),
        format!("postgresql://127.0.0.1:1/db?user=ann&password={MARKER}"),
        format!("host=127.0.0.1 port=1 user=ann password={MARKER}"),
        format!("host=127.0.0.1 port=1 user=ann password='{MARKER} x'"),
        format!("postgresql://ann:{MARKER}"),
    ] {
        for command in [
            ["status"].as_slice(),
            &["-vv", "doctor"],
            &["config", "show"],
            &["config", "show", "--format", "json"],
            &["serve"],
            &["user", "list", "--format", "json"],
        ] {
            let ended = end(world.command(command).env("DATABASE_URL", &url));
            assert!(
                !ended.all().contains(MARKER),
                "{command:?} with {url}: {}",
                ended.all()
            );
        }
    }
    for source in [
        format!("mongodb://ann:{MARKER}@127.0.0.1:1/db?serverSelectionTimeoutMS=100"),
        format!("mongodb://ann:{MARKER}@127.0.0.1:1/?authSource=a&nonsense=1"),
        format!("mongodb://ann:{MARKER}@@127.0.0.1:1/db"),
        format!("mongodb://127.0.0.1:1/db?tls=true&tlsCertificateKeyFilePassword={MARKER}"),
    ] {
        for command in [
            ["config", "show"].as_slice(),
            &["-vv", "sync"],
            &["-vv", "doctor"],
        ] {
            let ended = end(world.command(command).env("DAYBOOK_SOURCE", &source));
            assert!(
                !ended.all().contains(MARKER),
                "{command:?} with {source}: {}",
                ended.all()
            );
        }
    }
}

#[tokio::test]
async fn what_people_and_programs_show_is_in_no_log_and_no_answer() {
    let world = World::migrated().await;
    add_user(&world, "ann", "admin");
    let token = create_token(&world, "admin");
    let mut command = world.command(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--format",
        "json",
        "-vv",
    ]);
    command
        .env("DAYBOOK_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut log = String::new();
        stderr.read_to_string(&mut log).unwrap();
        log
    });
    let url = format!("http://{}", first.split('"').nth(3).unwrap());
    let client = crate::service::client(|builder| builder);
    let post = |path: &str| {
        client
            .post(format!("{url}{path}"))
            .header("origin", &url)
            .header("content-type", "application/x-www-form-urlencoded")
    };

    let mut answers = String::new();
    let wrong = post("/login").body(form(&[("name", MARKER), ("password", MARKER)]));
    answers += &wrong.send().await.unwrap().text().await.unwrap();
    let odd = post("/login").body(form(&[
        ("name", "ann"),
        ("password", MARKER),
        ("odd", MARKER),
    ]));
    answers += &odd.send().await.unwrap().text().await.unwrap();
    let right = post("/login").body(form(&[("name", "ann"), ("password", PASSWORD)]));
    let cookie = cookie_of(&right.send().await.unwrap());
    let session = cookie.split_once('=').unwrap().1.to_owned();
    let by_token = |path: &str| {
        client
            .post(format!("{url}{path}"))
            .header("authorization", format!("Bearer {token}"))
    };
    let short = with_body(
        by_token("/api/v1/users/ann/password"),
        &json!({"password": MARKER}),
    );
    answers += &short.send().await.unwrap().text().await.unwrap();
    let bad_token = client
        .get(format!("{url}/api/v1/me"))
        .header("authorization", format!("Bearer {MARKER}"));
    answers += &bad_token.send().await.unwrap().text().await.unwrap();
    // The database goes away in the middle.
    let broken = world.client().await;
    broken
        .batch_execute("alter table users rename to elsewhere")
        .await
        .unwrap();
    let failing = with_body(
        by_token("/api/v1/users"),
        &json!({"name": "bob", "role": "viewer", "password": format!("{MARKER} and more words")}),
    );
    answers += &failing.send().await.unwrap().text().await.unwrap();

    let title = std::fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let log = log.join().unwrap();
    assert!(log.contains("request"), "the log is empty: {log}");
    for (name, text) in [("log", &log), ("answers", &answers), ("title", &title)] {
        for secret in [MARKER, PASSWORD, &session, &token, &token[4..]] {
            assert!(!text.contains(secret), "{secret} in the {name}: {text}");
        }
    }
}

#[tokio::test]
async fn a_password_given_as_a_flag_is_not_seen_in_the_list_of_processes() {
    let world = World::migrated().await;
    let mut child = world
        .command(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--format",
            "json",
            "--database-url",
            &world.database.url(),
            &format!("--source=mongodb://ann:{MARKER}@127.0.0.1:1/db"),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut first)
        .unwrap();
    let title = std::fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.contains("listening"), "{first}");
    assert!(
        title.contains("serve") && !title.contains(MARKER),
        "{title}"
    );
}

#[tokio::test]
async fn the_log_of_a_refused_password_on_the_command_line_does_not_quote_it() {
    let world = World::migrated().await;
    let short = with_password(
        &world,
        &["-vv", "user", "add", "ann", "--role", "admin"],
        "Zq9marker",
    );
    assert!(!short.exits_with(2).all().contains("Zq9marker"));
    let service = crate::service::Service::start(&world);
    add_user(&world, "ann", "admin");
    let ann = Browser::log_in(&service, "ann").await;
    let (_, me) = ann.get("/api/v1/me").await;
    assert!(
        !me.to_string().contains("hash") && !me.to_string().contains("session"),
        "{me}"
    );
    let token = create_token(&world, "admin");
    let listed = with_token(&service, Method::GET, "/api/v1/users", &token);
    let listed = listed.send().await.unwrap().text().await.unwrap();
    assert!(!listed.contains("argon2"), "{listed}");
}

//! A webhook's address leads outside, whatever its host's name, its name server or its answers say.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use daybook::secret::Secret;
use daybook::watch::delivery::{Looking, Lookup, Outgoing, SendError, Sender, SystemLookup};

use super::receiver::{Manner, Receiver};
use super::stand::PATIENCE;

/// A name server that gives one answer after the other, and the last one for ever.
struct Answers(Mutex<VecDeque<Vec<SocketAddr>>>);

impl Answers {
    fn of(answers: &[&[SocketAddr]]) -> Arc<Self> {
        let answers = answers.iter().map(|addresses| addresses.to_vec());
        Arc::new(Self(Mutex::new(answers.collect())))
    }
}

impl Lookup for Answers {
    fn lookup(&self, _: &str) -> Looking {
        let mut answers = self.0.lock().unwrap();
        let answer = match answers.len() {
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap(),
        };
        Box::pin(async move { io::Result::Ok(answer) })
    }
}

fn sender(allowed: &[&str], lookup: Arc<dyn Lookup>) -> Sender {
    let allowed = allowed.iter().map(|host| (*host).to_owned()).collect();
    Sender::new(allowed, lookup, PATIENCE)
}

async fn send(sender: &Sender, url: &str) -> Result<(), SendError> {
    let message = Outgoing {
        url: Secret::new(url),
        idempotency_key: "k".to_owned(),
        body: "{}".to_owned(),
    };
    sender.send(&message).await
}

#[track_caller]
fn is_refused(sent: Result<(), SendError>, url: &str) {
    assert!(
        matches!(sent, Err(SendError::Refused(_))),
        "{url}: {sent:?}"
    );
}

#[tokio::test]
async fn by_addresses_in_any_spelling() {
    let receiver = Receiver::start(Manner::Takes).await;
    let port = receiver.address.port();
    let sender = sender(&[], Arc::new(SystemLookup));
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "10.0.0.8",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "localhost",
        "LOCALHOST",
    ] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}/hook");
            is_refused(send(&sender, &url).await, &url);
        }
    }
    is_refused(send(&sender, "http://example.com/").await, "plain HTTP");
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn by_a_name_whose_addresses_are_inside_be_it_only_one_of_them() {
    let inside: SocketAddr = "192.168.7.7:0".parse().unwrap();
    let outside: SocketAddr = "203.0.113.7:0".parse().unwrap();
    let mapped: SocketAddr = "[::ffff:10.0.0.1]:0".parse().unwrap();
    for answer in [
        &[inside][..],
        &[outside, inside],
        &[mapped],
        &[outside, mapped],
    ] {
        let sender = sender(&[], Answers::of(&[answer]));
        is_refused(send(&sender, "https://hooks.example/").await, "a name");
    }
}

#[tokio::test]
async fn by_a_name_that_resolves_differently_the_second_time() {
    let receiver = Receiver::start(Manner::Takes).await;
    // To this address nothing leads: it is for documentation only.
    let outside: SocketAddr = "203.0.113.7:0".parse().unwrap();
    let lookup = Answers::of(&[&[outside], &[receiver.address]]);
    let sender = sender(&[], lookup.clone());
    let url = format!("https://hooks.example:{}/hook", receiver.address.port());
    let first = send(&sender, &url).await;
    assert!(
        matches!(first, Err(SendError::Timeout | SendError::Unreachable)),
        "{first:?}"
    );
    // One question for one connection: the checked address is the one that was tried.
    assert_eq!(lookup.0.lock().unwrap().len(), 1);
    is_refused(send(&sender, &url).await, "the second answer");
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn by_an_answer_that_points_there() {
    let receiver = Receiver::start(Manner::Redirects).await;
    let sender = sender(&["127.0.0.1"], Arc::new(SystemLookup));
    let sent = send(&sender, &receiver.url("/hook")).await;
    assert_eq!(sent, Err(SendError::Status(307)));
    let asked: Vec<_> = receiver
        .received()
        .into_iter()
        .map(|one| one.path)
        .collect();
    assert_eq!(asked, ["/hook"]);
}

#[tokio::test]
async fn but_hosts_that_are_listed_may_be_inside() {
    let receiver = Receiver::start(Manner::Takes).await;
    let port = receiver.address.port();
    let sender = sender(
        &["hooks.internal", "127.0.0.1"],
        Answers::of(&[&[receiver.address]]),
    );
    for host in ["hooks.internal", "HOOKS.internal.", "127.0.0.1"] {
        send(&sender, &format!("http://{host}:{port}/hook"))
            .await
            .unwrap();
    }
    is_refused(
        send(&sender, &format!("http://other.internal:{port}/")).await,
        "another host",
    );
    assert_eq!(receiver.received().len(), 3);
}

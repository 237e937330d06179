//! Plays every interleaving of some sessions' steps on a real PostgreSQL, one after the other.
//!
//! A step that has to wait for a lock leaves its session out of the choice until another one's step lets it go on, so
//! only orders are played that can happen.

use std::time::Duration;

use test_support::TestDatabase;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error, SimpleQueryMessage};

/// A session: its steps in order.
pub struct Session {
    pub name: &'static str,
    pub steps: Vec<String>,
}

/// What playing all interleavings has shown.
#[derive(Debug, Default)]
pub struct Played {
    pub interleavings: usize,
    /// How often figures were compared with a recount.
    pub comparisons: usize,
    /// How often a statement lost against another one and its transaction was undone.
    pub undone: usize,
    /// The first interleaving after one of whose commits a figure was wrong.
    pub wrong: Option<String>,
}

/// The sessions' connections, and one to look at them.
struct Player<'a> {
    control: Client,
    clients: Vec<Connected>,
    sessions: &'a [Session],
    setup: &'a str,
    /// Counts what is wrong, each by a prepared statement.
    check: String,
}

struct Connected {
    client: std::sync::Arc<Client>,
    backend: i32,
}

type Answer = Result<Vec<SimpleQueryMessage>, Error>;

/// A session in the course of an interleaving.
#[derive(Default)]
struct State {
    done: usize,
    waiting: Option<JoinHandle<Answer>>,
}

/// Plays all interleavings, or stops at the first that is wrong.
pub async fn play(
    database: &TestDatabase,
    setup: &str,
    checks: &[&str],
    sessions: &[Session],
) -> Played {
    let mut clients = Vec::new();
    for _ in sessions {
        let client = database.client().await;
        // Crosswise waits are found at once instead of after a second.
        client
            .batch_execute("set deadlock_timeout = '20ms'")
            .await
            .unwrap();
        let backend = client
            .query_one("select pg_backend_pid()", &[])
            .await
            .unwrap()
            .get(0);
        clients.push(Connected {
            client: client.into(),
            backend,
        });
    }
    let control = database.client().await;
    let mut check = String::new();
    for (number, query) in checks.iter().enumerate() {
        let prepare = format!("prepare check_{number} as {query}");
        control.batch_execute(&prepare).await.unwrap();
        check += &format!("execute check_{number};");
    }
    let player = Player {
        control,
        clients,
        sessions,
        setup,
        check,
    };
    let mut played = Played::default();
    // Which of the possible sessions went at each step; the next interleaving differs as late as possible.
    let mut choices: Vec<(usize, usize)> = Vec::new();
    loop {
        player.interleaving(&mut choices, &mut played).await;
        played.interleavings += 1;
        while choices
            .last()
            .is_some_and(|(choice, possible)| choice + 1 == *possible)
        {
            choices.pop();
        }
        match choices.last_mut() {
            Some((choice, _)) if played.wrong.is_none() => *choice += 1,
            _ => return played,
        }
    }
}

impl Player<'_> {
    /// Plays one interleaving: the choices given, then always the first session that can go on.
    async fn interleaving(&self, choices: &mut Vec<(usize, usize)>, played: &mut Played) {
        self.control.batch_execute(self.setup).await.unwrap();
        let mut states: Vec<State> = self.sessions.iter().map(|_| State::default()).collect();
        let mut told = String::new();
        for depth in 0.. {
            let possible: Vec<usize> = (0..states.len())
                .filter(|session| {
                    states[*session].waiting.is_none()
                        && states[*session].done < self.sessions[*session].steps.len()
                })
                .collect();
            if possible.is_empty() {
                assert!(
                    states.iter().all(|state| state.waiting.is_none()),
                    "all sessions wait: {told}"
                );
                break;
            }
            if depth == choices.len() {
                choices.push((0, possible.len()));
            }
            assert_eq!(
                choices[depth].1,
                possible.len(),
                "the same steps went another way: {told}"
            );
            let session = possible[choices[depth].0];
            told += &format!(
                " {}{}",
                self.sessions[session].name,
                states[session].done + 1
            );
            self.begin(session, &mut states);
            self.settle(&mut states, played).await;
            self.compare(&told, played).await;
        }
        for connected in &self.clients {
            connected.client.batch_execute("rollback").await.unwrap();
        }
    }

    fn begin(&self, session: usize, states: &mut [State]) {
        let client = std::sync::Arc::clone(&self.clients[session].client);
        let sql = self.sessions[session].steps[states[session].done].clone();
        states[session].done += 1;
        states[session].waiting =
            Some(tokio::spawn(async move { client.simple_query(&sql).await }));
    }

    /// Waits until every step that was begun has ended, or waits for a lock of another session.
    async fn settle(&self, states: &mut [State], played: &mut Played) {
        let backends: Vec<i32> = self
            .clients
            .iter()
            .map(|connected| connected.backend)
            .collect();
        let mut quiet = 0;
        while quiet < 2 {
            quiet += 1;
            for (session, state) in states.iter_mut().enumerate() {
                let Some(step) = &state.waiting else { continue };
                if step.is_finished() {
                    let answer = state.waiting.take().expect("it was there").await.unwrap();
                    played.undone += usize::from(lost(&answer));
                    quiet = 0;
                    continue;
                }
                let blocked = self
                    .control
                    .query_one(
                        "select pg_isolation_test_session_is_blocked($1, $2)",
                        &[&backends[session], &backends],
                    )
                    .await
                    .unwrap();
                if !blocked.get::<_, bool>(0) {
                    quiet = 0;
                    tokio::time::sleep(Duration::from_micros(300)).await;
                }
            }
        }
    }

    /// Compares in what is committed now. TRUNCATE keeps readers out until it is committed; then there is nothing to see.
    async fn compare(&self, told: &str, played: &mut Played) {
        let query = format!(
            "begin; set local lock_timeout = '1ms'; {} commit",
            self.check
        );
        match self.control.simple_query(&query).await {
            Ok(answer) => {
                played.comparisons += 1;
                if differs(&answer) && played.wrong.is_none() {
                    played.wrong = Some(told.to_owned());
                }
            }
            Err(error) => {
                assert_eq!(
                    error.code().map(|code| code.code()),
                    Some("55P03"),
                    "{error:?}"
                );
                self.control.batch_execute("rollback").await.unwrap();
            }
        }
    }
}

fn differs(answer: &[SimpleQueryMessage]) -> bool {
    let found = answer.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let found: Vec<_> = found.collect();
    assert!(!found.is_empty(), "a comparison has a result");
    found.iter().any(|count| *count != "0")
}

/// Whether a statement lost against another one, or came after one that did; the program begins again then.
fn lost(answer: &Answer) -> bool {
    let Err(error) = answer else { return false };
    let code = error.code().map(|code| code.code()).unwrap_or_default();
    assert!(["40001", "40P01", "25P02"].contains(&code), "{error:?}");
    true
}

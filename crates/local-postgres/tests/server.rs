//! What a caller may rely on, with real servers.
#![allow(
    clippy::unwrap_used,
    reason = "the lint spares tests, but not the functions they share"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use local_postgres::{
    Error, Lifetime, LocalPostgres, Options, StopMode, is_root, user_template_cache,
};
use postgres::{Client, NoTls};
use tempfile::TempDir;

/// The user `nobody` of most systems.
const NOBODY: u32 = 65534;
/// Tells a copy of this program which part to play.
const ROLE: &str = "LOCAL_POSTGRES_TEST_ROLE";

/// A folder that the server's user can get to.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn options(dir: &Path) -> Options {
    Options {
        lifetime: Lifetime::Owned,
        durable: false,
        template_cache: Some(user_template_cache()),
        ..Options::new(dir)
    }
}

fn connect(server: &LocalPostgres) -> Client {
    Client::connect(&server.url("postgres"), NoTls).unwrap()
}

fn ask(server: &LocalPostgres, question: &str) -> String {
    connect(server).query_one(question, &[]).unwrap().get(0)
}

fn ends_within(limit: Duration, dir: &Path) -> bool {
    let start = Instant::now();
    while LocalPostgres::running(dir).is_some() {
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// This program once more, running one test in another role.
fn this_program(program: impl Into<PathBuf>, test: &str, role: &str) -> Command {
    let mut command = Command::new(program.into());
    command
        .args(["--exact", test, "--nocapture"])
        .env(ROLE, role)
        .current_dir("/");
    command
}

fn has_role(role: &str) -> bool {
    std::env::var(ROLE).is_ok_and(|given| given == role)
}

#[test]
fn is_made_in_an_empty_folder_and_answers() {
    let folder = folder();
    let mut server = LocalPostgres::open(Options {
        template_cache: None,
        ..options(folder.path())
    })
    .unwrap();
    let settings = "select concat_ws(' ', current_user, getdatabaseencoding(), 'Đ' = upper('đ'),
        current_setting('listen_addresses'), current_setting('password_encryption'),
        current_setting('port') = $1::text)";
    let port = server.port().to_string();
    let row = connect(&server).query_one(settings, &[&port]).unwrap();
    assert_eq!(
        row.get::<_, &str>(0),
        "daybook UTF8 t 127.0.0.1 scram-sha-256 t"
    );
    server.stop(StopMode::Fast).unwrap();
    assert_eq!(server.pid(), None);
}

#[test]
fn asks_for_the_password_and_keeps_it_to_itself() {
    let folder = folder();
    let server = LocalPostgres::open(options(folder.path())).unwrap();
    let wrong = server
        .url("postgres")
        .replacen("daybook:", "daybook:wrong", 1);
    assert!(Client::connect(&wrong, NoTls).is_err());

    let url = server.url("postgres");
    let password = url.split([':', '@']).nth(2).unwrap();
    assert!(!format!("{server:?}").contains(password));
    for file in ["password", "postgresql.log"] {
        let mode = folder.path().join(file).metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn keeps_data_and_port_when_it_is_opened_again() {
    let folder = folder();
    let first = LocalPostgres::open(options(folder.path())).unwrap();
    connect(&first)
        .batch_execute("create table t as select 'kept' as word")
        .unwrap();
    let url = first.url("postgres");
    drop(first);
    assert_eq!(LocalPostgres::running(folder.path()), None);

    let second = LocalPostgres::open(options(folder.path())).unwrap();
    assert_eq!(ask(&second, "select word from t"), "kept");
    assert_eq!(second.url("postgres"), url);
}

#[test]
fn takes_another_port_when_the_last_one_is_taken() {
    let folder = folder();
    let first = LocalPostgres::open(options(folder.path())).unwrap();
    let port = first.port();
    drop(first);
    let _squatter = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let second = LocalPostgres::open(options(folder.path())).unwrap();
    assert_ne!(second.port(), port);
    assert_eq!(ask(&second, "select 'here'"), "here");
}

#[test]
fn survives_being_killed_with_everything_that_was_committed() {
    let folder = folder();
    let mut server = LocalPostgres::open(options(folder.path())).unwrap();
    connect(&server)
        .batch_execute("create table t (word text)")
        .unwrap();
    for round in 0..3 {
        let mut client = connect(&server);
        client
            .batch_execute("insert into t values ('committed')")
            .unwrap();
        let mut open = connect(&server);
        open.batch_execute("begin; insert into t values ('open')")
            .unwrap();
        let url = server.url("postgres");
        server.kill().unwrap();
        assert_eq!(server.pid(), None);
        assert!(client.batch_execute("select 1").is_err());
        server.start().unwrap();
        assert_eq!(server.url("postgres"), url, "its clients know the port");
        let found = "select string_agg(word, ' ') from t";
        let wanted = vec!["committed"; round + 1].join(" ");
        assert_eq!(ask(&server, found), wanted);
    }
}

#[test]
fn is_found_when_it_runs_already() {
    let folder = folder();
    let first = LocalPostgres::open(options(folder.path())).unwrap();
    let second = LocalPostgres::open(options(folder.path())).unwrap();
    assert_eq!(second.url("postgres"), first.url("postgres"));
    assert_eq!(second.pid(), first.pid());
    drop(second);
    assert_eq!(
        ask(&first, "select 'still here'"),
        "still here",
        "only who started it ends it"
    );
}

#[test]
fn is_started_once_when_it_is_opened_at_the_same_time() {
    let folder = folder();
    let servers: Vec<_> = std::thread::scope(|scope| {
        let opening: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| LocalPostgres::open(options(folder.path())).unwrap()))
            .collect();
        opening
            .into_iter()
            .map(|opening| opening.join().unwrap())
            .collect()
    });
    assert!(
        servers
            .iter()
            .all(|server| server.pid() == servers[0].pid())
    );
}

#[test]
fn is_stopped_by_its_folder() {
    let folder = folder();
    let server = LocalPostgres::open(Options {
        lifetime: Lifetime::Detached,
        ..options(folder.path())
    })
    .unwrap();
    let pid = server.pid().unwrap();
    drop(server);
    let running = LocalPostgres::running(folder.path()).expect("detached servers stay");
    assert_eq!(running.pid, pid);
    assert!(LocalPostgres::stop_in(folder.path()).unwrap());
    assert_eq!(LocalPostgres::running(folder.path()), None);
    assert!(!LocalPostgres::stop_in(folder.path()).unwrap());
}

#[test]
fn stops_and_starts_as_often_as_it_is_told() {
    let folder = folder();
    let mut server = LocalPostgres::open(options(folder.path())).unwrap();
    for mode in [StopMode::Smart, StopMode::Fast, StopMode::Immediate] {
        let url = server.url("postgres");
        server.stop(mode).unwrap();
        server.stop(mode).unwrap();
        assert_eq!(server.pid(), None, "{mode:?}");
        server.start().unwrap();
        server.start().unwrap();
        assert_eq!(server.url("postgres"), url);
        assert_eq!(ask(&server, "select 'up'"), "up");
    }
}

#[test]
fn a_setting_that_the_server_refuses_is_named_at_once() {
    let folder = folder();
    let start = Instant::now();
    let error = LocalPostgres::open(Options {
        settings: vec![("no_such_setting".to_owned(), "1".to_owned())],
        ..options(folder.path())
    })
    .unwrap_err();
    assert!(matches!(error, Error::NotStarted { .. }), "{error}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = folder();
    let theirs = folder.path().join("thesis.txt");
    fs::write(&theirs, "chapter one").unwrap();
    let before = folder.path().metadata().unwrap().uid();
    let error = LocalPostgres::open(options(folder.path())).unwrap_err();
    assert!(matches!(error, Error::NotOurs { .. }), "{error}");
    assert!(error.hint().contains("empty or new"), "{}", error.hint());
    assert_eq!(folder.path().metadata().unwrap().uid(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_a_cut_start_left_behind_is_no_obstacle() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("data.unfinished/base")).unwrap();
    fs::write(folder.path().join("password"), "half").unwrap();
    let server = LocalPostgres::open(options(folder.path())).unwrap();
    assert_eq!(ask(&server, "select 'whole'"), "whole");
}

#[test]
fn a_file_in_place_of_the_folder_is_named() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = LocalPostgres::open(options(&file)).unwrap_err();
    assert!(matches!(&error, Error::Io { path, .. } if *path == file));
}

#[test]
fn a_folder_that_the_servers_user_cannot_get_to_is_named_with_the_fix() {
    if !is_root() {
        // Then the server runs as ourselves, and gets where we get.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().canonicalize().unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let error = LocalPostgres::open(options(&closed.join("deep/down"))).unwrap_err();
    assert!(matches!(&error, Error::NotTraversable { path, .. } if *path == closed));
    let fix = format!("chmod o+x {}", closed.display());
    assert!(error.hint().ends_with(&fix), "{}", error.hint());
}

#[test]
fn data_of_a_version_that_is_not_installed_is_named() {
    let folder = folder();
    drop(LocalPostgres::open(options(folder.path())).unwrap());
    fs::write(folder.path().join("data/PG_VERSION"), "9\n").unwrap();
    let error = LocalPostgres::open(options(folder.path())).unwrap_err();
    assert!(matches!(&error, Error::OtherVersion { version, .. } if version == "9"));
}

#[test]
fn ends_with_a_program_that_is_killed() {
    if has_role("is killed") {
        let dir = PathBuf::from(std::env::var_os("DIR").unwrap());
        let server = LocalPostgres::open(options(&dir)).unwrap();
        println!("runs {:?}", server.pid());
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    let folder = folder();
    let program = std::env::current_exe().unwrap();
    let mut child = this_program(program, "ends_with_a_program_that_is_killed", "is killed")
        .env("DIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("runs")));
    assert!(LocalPostgres::running(folder.path()).is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ends_within(Duration::from_secs(10), folder.path()));
}

#[test]
fn keeps_no_pipe_of_a_program_that_started_it() {
    if has_role("starts it") {
        let dir = PathBuf::from(std::env::var_os("DIR").unwrap());
        let detached = Lifetime::Detached;
        LocalPostgres::open(Options {
            lifetime: detached,
            ..options(&dir)
        })
        .unwrap();
        return;
    }
    let folder = folder();
    let program = std::env::current_exe().unwrap();
    // Returns when everybody has let go of the pipes.
    let output = this_program(
        program,
        "keeps_no_pipe_of_a_program_that_started_it",
        "starts it",
    )
    .env("DIR", folder.path())
    .output()
    .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(LocalPostgres::stop_in(folder.path()).unwrap());
}

#[test]
fn an_ordinary_user_runs_it_as_himself() {
    if is_root() {
        // Ours may lie where nobody else can go.
        let place = folder();
        let program = place.path().join("program");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        let output = this_program(program, "an_ordinary_user_runs_it_as_himself", "ordinary")
            .uid(NOBODY)
            .gid(NOBODY)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
        return;
    }
    let folder = folder();
    let server = LocalPostgres::open(options(folder.path())).unwrap();
    assert_eq!(ask(&server, "select 'mine'"), "mine");
    let owner = folder.path().join("data").metadata().unwrap().uid();
    assert_eq!(owner, nix::unistd::geteuid().as_raw());
}

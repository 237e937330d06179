//! The service as its users meet it: over HTTP, against a real PostgreSQL.

#![allow(missing_docs, reason = "a test binary has no documentation")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests connect to the server itself, and may ask what time it is"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod actions;
mod api;
mod clock_jumps;
mod comes_back;
mod errors_are_problems;
mod one_leader;
mod report;
mod service;
mod slow_clients;
mod watch;
mod web;
mod work_of_the_leader;
#[allow(dead_code, reason = "the promises use more of it")]
#[path = "../promises/world.rs"]
mod world;

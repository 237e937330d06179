//! Who may do what, and what attackers try.

mod attacks;
mod bi_role;
mod boundary;
mod every_route;
mod guessing;
mod live;
mod log_of_actions;
pub mod people;
mod secrets;
mod sessions;
mod starting;
mod tokens;
mod users;

//! What watches the service: metrics, health, alerts and how people are told.

mod alerts_fire_once;
mod api;
mod attention;
mod deployment;
mod health;
mod leader;
mod logs;
mod metrics;
mod mongo;
mod nothing_inside_is_reached;
mod people_are_told;
mod receiver;
mod secrets_stay_secret;
mod stand;

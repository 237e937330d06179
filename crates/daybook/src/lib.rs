//! daybook: marketplace orders from MongoDB into PostgreSQL, with exact daily statistics.
//!
//! The way of an order: [`source`], [`normalise`], [`load`], [`mark`], [`aggregate`]. [`pipeline`] joins the first
//! three and is the file to read first; `ARCHITECTURE.md` tells the whole story.

pub mod access;
pub mod aggregate;
mod api;
pub mod app;
pub mod audit;
pub mod categories;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
mod demo;
mod doctor;
pub mod error;
pub mod follow;
pub mod http;
pub mod load;
pub mod mark;
pub mod normalise;
mod observe;
pub mod pipeline;
pub mod quarantine;
pub mod recognise;
pub mod report;
pub mod runs;
pub mod secret;
pub mod serve;
pub mod setup;
pub mod source;
mod status;
pub mod watch;
mod web;

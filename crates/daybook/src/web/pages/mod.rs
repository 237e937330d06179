//! The pages, a file each: what is read for it, and what it shows.

pub mod actions;
pub mod categories;
pub mod day;
pub mod definitions;
pub mod operations;
pub mod order;
pub mod orders;
pub mod overview;
pub mod platforms;
pub mod regions;
pub mod search;
pub mod settings;
pub mod shops;
pub mod trends;

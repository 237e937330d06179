//! The pages, a file each: what is read for it, and what it shows.

pub mod overview;

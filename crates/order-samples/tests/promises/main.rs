//! Promises of the samples, by what a user sees of them.

#![allow(missing_docs, reason = "a test binary has no documentation")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod figures_follow_from_rows;
mod folder_is_respected;
mod later_plan_repeats_the_earlier;
mod same_plan_same_bytes;
mod samples_hold_every_difficulty;

use jiff::civil::{DateTime, date};
use order_samples::Plan;

/// The evening after a sale day.
fn until() -> DateTime {
    date(2026, 11, 12).at(21, 30, 0, 0)
}

fn plan(orders: u64, days: u32) -> Plan {
    Plan::ending(orders, days, 7, until(), "Asia/Ho_Chi_Minh", "VND")
}

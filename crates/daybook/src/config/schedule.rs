//! When the service does what.

use std::str::FromStr;

use croner::Cron;
use jiff::Zoned;

/// All of the service's times.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Loading orders.
    pub sync: SyncSchedule,
    /// Computing marked days in mode queue.
    pub aggregate: Option<Times>,
    /// Comparing figures with a recount.
    pub validate: Option<Times>,
    /// How many days that goes back, today included.
    pub validate_days: i64,
    /// Removing what is kept for a time only.
    pub housekeeping: Option<Times>,
    /// For how many days runs are kept.
    pub keep_runs_days: i64,
}

/// When orders are loaded.
#[derive(Debug, Clone)]
pub enum SyncSchedule {
    /// As they change.
    Follow,
    /// At certain times.
    At(Box<Times>),
    /// By hand only.
    Off,
}

/// Repeating times: a cron expression of five fields, in the business time zone.
#[derive(Debug, Clone)]
pub struct Times(Cron);

impl Times {
    /// Reads a cron expression; `off` is no time at all.
    ///
    /// # Errors
    /// It is none; in words for the user.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        if text == "off" {
            return Ok(None);
        }
        Cron::from_str(text)
            .map(|cron| Some(Self(cron)))
            .map_err(|error| {
                format!(
                    "{text:?} is no cron expression ({error}); */15 * * * * is every 15 minutes, 0 4 * * 1 Mondays at 04:00"
                )
            })
    }

    /// The first of these times after an instant; `None` when there is none, as for 30 February.
    pub fn after(&self, instant: &Zoned) -> Option<Zoned> {
        self.0.find_next_occurrence(instant, false).ok()
    }
}

impl FromStr for SyncSchedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "follow" {
            return Ok(Self::Follow);
        }
        let times = Times::parse(text)
            .map_err(|problem| format!("must be follow, off or a time: {problem}"))?;
        Ok(times.map_or(Self::Off, |times| Self::At(Box::new(times))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(expression: &str, instant: &str) -> String {
        let times = Times::parse(expression).unwrap().unwrap();
        times.after(&instant.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn times_are_those_of_the_business_zone() {
        assert_eq!(
            after(
                "*/15 * * * *",
                "2026-11-25T14:14:59+07:00[Asia/Ho_Chi_Minh]"
            ),
            "2026-11-25T14:15:00+07:00[Asia/Ho_Chi_Minh]"
        );
        // 22 November 2026 is a Sunday.
        assert_eq!(
            after("0 4 * * 1", "2026-11-22T23:00:00+07:00[Asia/Ho_Chi_Minh]"),
            "2026-11-23T04:00:00+07:00[Asia/Ho_Chi_Minh]"
        );
    }

    #[test]
    fn a_time_itself_is_not_after_itself() {
        assert_eq!(
            after("0 * * * *", "2026-11-25T14:00:00+07:00[Asia/Ho_Chi_Minh]"),
            "2026-11-25T15:00:00+07:00[Asia/Ho_Chi_Minh]"
        );
    }

    #[test]
    fn what_is_no_time_says_what_one_looks_like() {
        let problem = Times::parse("every hour").unwrap_err();
        assert!(problem.contains("*/15 * * * *"), "{problem}");
        assert!(
            "sometimes"
                .parse::<SyncSchedule>()
                .unwrap_err()
                .contains("follow")
        );
    }
}

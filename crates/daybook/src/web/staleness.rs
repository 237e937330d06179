//! Which marketplaces are behind, and since when. The alerts decide: a marketplace is behind while it is silent for longer than
//! is usual at that hour, or while loading it lags by more than `alerts.lag`.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_model::Platform;

use super::asked::Asked;
use super::frame::moment;
use super::words::fill;
use crate::http::HttpState;
use crate::report::{Filter, Freshness, PlatformFreshness};

/// How fresh the figures are, to somebody who reads them.
#[derive(Clone, Copy)]
pub struct Staleness<'a> {
    asked: &'a Asked,
    freshness: &'a Freshness,
    zone: &'a TimeZone,
    most_lag: Duration,
}

/// How fresh a marketplace is, in few words.
#[derive(Debug)]
pub struct Chip {
    pub text: String,
    pub tone: &'static str,
}

impl<'a> Staleness<'a> {
    /// The freshness of a page's figures.
    pub fn new(state: &'a HttpState, asked: &'a Asked, freshness: &'a Freshness) -> Self {
        Self {
            asked,
            freshness,
            zone: state.app.clock.zone(),
            most_lag: state.app.config.alerts.thresholds.lag,
        }
    }

    /// Whether a marketplace is behind; one that was never loaded is.
    pub fn is_behind(&self, fresh: &PlatformFreshness) -> bool {
        fresh.complete_through.is_none() || self.ends_at(fresh).is_some()
    }

    /// All that are behind.
    pub fn all_behind(&self) -> impl Iterator<Item = &'a PlatformFreshness> + use<'a, '_> {
        let platforms = self.freshness.platforms.iter();
        platforms.filter(|fresh| self.is_behind(fresh))
    }

    /// Up to when there is data of a marketplace that is behind.
    pub fn ends_at(&self, fresh: &PlatformFreshness) -> Option<Timestamp> {
        fresh.ends_at(self.most_lag)
    }

    /// The marketplaces of a filter that are behind, and up to when there is data of them.
    pub fn behind(&self, filter: &Filter) -> Vec<(&'static str, Timestamp)> {
        let behind = self.freshness.platforms.iter().filter_map(|fresh| {
            let platform: Platform = fresh.platform.parse().ok()?;
            let is_asked = filter.platforms.is_empty() || filter.platforms.contains(&platform);
            is_asked.then_some((platform.display_name(), self.ends_at(fresh)?))
        });
        behind.collect()
    }

    /// The last day that each marketplace that is behind has data of.
    pub fn ends(&self) -> Vec<(Platform, Date)> {
        let ends = self.freshness.platforms.iter().filter_map(|fresh| {
            let end = self.ends_at(fresh)?.to_zoned(self.zone.clone());
            Some((fresh.platform.parse().ok()?, end.date()))
        });
        ends.collect()
    }

    /// One chip when all are up to date, else one for each that is not.
    pub fn chips(&self) -> Vec<Chip> {
        let words = self.asked.words;
        let at = |instant| moment(self.asked, instant, self.zone);
        let platforms = &self.freshness.platforms;
        let oldest = platforms
            .iter()
            .filter_map(|fresh| self.ends_at(fresh).or(fresh.complete_through))
            .min();
        let behind: Vec<_> = self.all_behind().collect();
        match (behind.as_slice(), oldest) {
            ([], Some(oldest)) => vec![Chip {
                text: fill(words.all_live, &[("time", &at(oldest))]),
                tone: "live",
            }],
            (behind, Some(oldest)) if behind.len() == platforms.len() => vec![Chip {
                text: fill(words.all_data_to, &[("time", &at(oldest))]),
                tone: "stale",
            }],
            (behind, _) => behind
                .iter()
                .map(|fresh| Chip {
                    text: self.told(fresh),
                    tone: "stale",
                })
                .collect(),
        }
    }

    /// Up to when there is data of a marketplace, in words.
    fn told(&self, fresh: &PlatformFreshness) -> String {
        let words = self.asked.words;
        let platform = named(fresh);
        match self.ends_at(fresh).or(fresh.complete_through) {
            Some(end) => {
                let time = moment(self.asked, end, self.zone);
                fill(
                    words.platform_data_to,
                    &[("platform", &platform), ("time", &time)],
                )
            }
            None => fill(words.platform_never, &[("platform", &platform)]),
        }
    }
}

/// What a marketplace is called; one that this version does not know by the name in the database.
pub fn named(fresh: &PlatformFreshness) -> &str {
    match fresh.platform.parse::<Platform>() {
        Ok(platform) => platform.display_name(),
        Err(_) => &fresh.platform,
    }
}

/// In the order that marketplaces are always shown in.
pub fn in_order(mut freshness: Freshness) -> Freshness {
    let place = |name: &str| Platform::ALL.iter().position(|each| each.as_str() == name);
    freshness
        .platforms
        .sort_by_key(|fresh| place(&fresh.platform));
    freshness
}

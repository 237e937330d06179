//! What a page is about, as its address says: range, comparison, filters. A link that is passed on opens the same view.

use jiff::ToSpan;
use jiff::civil::Date;
use order_model::Platform;
use serde::Deserialize;

use super::address::address;
use crate::http::Problem;
use crate::report::{CompareMode, Filter, Key, Preset, Range};

/// The parameters that pages take. One that is not among them is an error: a filter that is silently ignored shows
/// figures nobody asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    range: Option<String>,
    from: Option<String>,
    to: Option<String>,
    compare: Option<String>,
    platform: Option<String>,
    shop: Option<String>,
    /// Which measure a chart or a list of orders is about.
    pub measure: Option<String>,
    /// Week or month.
    pub unit: Option<String>,
    /// Division of the country.
    pub division: Option<String>,
    /// The category whose children are shown.
    pub parent: Option<String>,
    /// A category: orders that touch it. Empty for those without one.
    pub category: Option<String>,
    /// A province. Empty for those where it is not known.
    pub region: Option<String>,
    /// Status of orders.
    pub status: Option<String>,
    /// Where a list goes on.
    pub cursor: Option<String>,
    /// What is looked for.
    pub q: Option<String>,
    /// Which rows of a table are shown: those whose name holds this.
    pub find: Option<String>,
    /// By what a table is sorted.
    pub sort: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// What a page is about.
#[derive(Debug, Clone)]
pub struct View {
    /// The business day that has not ended.
    pub today: Date,
    /// The preset the range comes from.
    pub preset: Option<Preset>,
    /// The days.
    pub range: Range,
    /// What they are compared with.
    pub compare: Option<CompareMode>,
    /// Marketplaces and shop.
    pub filter: Filter,
}

/// What is shown when the address says nothing.
const DEFAULT: Preset = Preset::Days30;
/// The word for no comparison.
const NONE: &str = "none";

impl View {
    /// Reads the address.
    ///
    /// # Errors
    /// A parameter is wrong; the problem names it and what it must be.
    pub fn read(query: &Query, today: Date) -> Result<Self, Problem> {
        let (preset, range) = range(query, today)?;
        Ok(Self {
            today,
            preset,
            range,
            compare: match query.compare.as_deref() {
                None => Some(CompareMode::PreviousPeriod),
                Some(NONE) => None,
                Some(word) => Some(word.parse().map_err(|()| {
                    let modes = CompareMode::ALL.iter().map(|mode| mode.as_str());
                    one_of("compare", modes.chain([NONE]))
                })?),
            },
            filter: filter(query)?,
        })
    }

    /// The same about other days.
    #[must_use]
    pub fn about(&self, range: Range) -> Self {
        Self {
            range,
            preset: None,
            ..self.clone()
        }
    }

    /// The same about a preset.
    #[must_use]
    pub fn about_preset(&self, preset: Preset) -> Self {
        Self {
            preset: Some(preset),
            range: preset.range(self.today),
            ..self.clone()
        }
    }

    /// The same with another filter.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Self {
        Self {
            filter,
            ..self.clone()
        }
    }

    /// The same against something else.
    #[must_use]
    pub fn compared(&self, compare: Option<CompareMode>) -> Self {
        Self {
            compare,
            ..self.clone()
        }
    }

    /// As many days right before (-1) or right after (1), no later than today.
    pub fn neighbour(&self, direction: i64) -> Option<Self> {
        let days = i64::from(self.range.days()) * direction;
        let from = self.range.from().checked_add(days.days()).ok()?;
        let to = self.range.to().checked_add(days.days()).ok()?;
        if from > self.today {
            return None;
        }
        Range::new(from, to.min(self.today))
            .ok()
            .map(|range| self.about(range))
    }

    /// The address of a page about this, with more parameters of its own.
    pub fn href(&self, path: &str, more: &[(&'static str, String)]) -> String {
        let mut pairs = self.pairs();
        pairs.extend_from_slice(more);
        address(path, &pairs)
    }

    /// What of the address is not what would be shown anyway.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        match self.preset {
            Some(DEFAULT) => {}
            Some(preset) => pairs.push(("range", preset.to_string())),
            None => pairs.extend([
                ("from", self.range.from().to_string()),
                ("to", self.range.to().to_string()),
            ]),
        }
        pairs.extend(self.filter_pairs());
        match self.compare {
            Some(CompareMode::PreviousPeriod) => {}
            Some(mode) => pairs.push(("compare", mode.to_string())),
            None => pairs.push(("compare", NONE.to_owned())),
        }
        pairs
    }

    /// The filter's part of the address.
    pub fn filter_pairs(&self) -> Vec<(&'static str, String)> {
        filter_pairs(&self.filter)
    }
}

/// A filter's part of an address.
pub fn filter_pairs(filter: &Filter) -> Vec<(&'static str, String)> {
    let names: Vec<_> = filter
        .platforms
        .iter()
        .map(|platform| platform.as_str())
        .collect();
    match (&filter.shop, names.as_slice()) {
        (Some(shop), [platform]) => {
            let shop = match shop {
                Key::Known(shop) => format!("{platform}:{shop}"),
                Key::Unknown => (*platform).to_owned(),
            };
            vec![("shop", shop)]
        }
        (_, []) => Vec::new(),
        (_, names) => vec![("platform", names.join(","))],
    }
}

fn range(query: &Query, today: Date) -> Result<(Option<Preset>, Range), Problem> {
    let day = |name: &'static str, text: &str| {
        text.parse::<Date>()
            .map_err(|_| Problem::parameter(name, "a day as YYYY-MM-DD, such as 2026-03-20"))
    };
    match (&query.range, &query.from, &query.to) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
            Err(Problem::parameter("range", "either range, or from and to"))
        }
        (Some(word), None, None) => {
            let presets = || Preset::ALL.iter().map(|preset| preset.as_str());
            let preset: Preset = word.parse().map_err(|()| one_of("range", presets()))?;
            Ok((Some(preset), preset.range(today)))
        }
        (None, Some(from), Some(to)) => {
            let (from, to) = (day("from", from)?, day("to", to)?);
            let range = Range::new(from, to)
                .map_err(|error| Problem::parameter("from", error.to_string()))?;
            Ok((None, range))
        }
        (None, Some(_), None) => Err(Problem::parameter("to", "from needs to as well")),
        (None, None, Some(_)) => Err(Problem::parameter("from", "to needs from as well")),
        (None, None, None) => Ok((Some(DEFAULT), DEFAULT.range(today))),
    }
}

fn filter(query: &Query) -> Result<Filter, Problem> {
    if let Some(shop) = &query.shop {
        // Without an account: the orders that do not name theirs.
        let (platform, shop) = match shop.split_once(':') {
            Some((platform, shop)) => (platform, Key::Known(shop.to_owned())),
            None => (shop.as_str(), Key::Unknown),
        };
        return Ok(Filter {
            platforms: vec![platform_named("shop", platform)?],
            shop: Some(shop),
        });
    }
    let names = query.platform.as_deref().unwrap_or_default();
    let mut platforms = Vec::new();
    for name in names.split(',').filter(|name| !name.is_empty()) {
        let platform = platform_named("platform", name)?;
        if !platforms.contains(&platform) {
            platforms.push(platform);
        }
    }
    // All of them is no filter.
    if platforms.len() == Platform::ALL.len() {
        platforms.clear();
    }
    Ok(Filter {
        platforms,
        shop: None,
    })
}

/// A marketplace by its word in addresses.
///
/// # Errors
/// There is none of that name.
pub fn platform_named(parameter: &'static str, name: &str) -> Result<Platform, Problem> {
    let mut known = Platform::ALL.into_iter();
    known
        .find(|platform| platform.as_str() == name)
        .ok_or_else(|| one_of(parameter, Platform::ALL.into_iter().map(Platform::as_str)))
}

/// A parameter is none of the words it can be.
pub fn one_of(parameter: &'static str, words: impl Iterator<Item = &'static str>) -> Problem {
    let words: Vec<_> = words.collect();
    Problem::parameter(parameter, format!("one of {}", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 3, 20);

    fn view(query: Query) -> View {
        View::read(&query, TODAY).unwrap()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn an_address_says_only_what_is_not_usual() {
        assert_eq!(view(Query::default()).href("/", &[]), "/");
        let seven = Query {
            range: some("7d"),
            platform: some("lazada,tiktok"),
            compare: some("none"),
            ..Query::default()
        };
        let href = view(seven).href("/trends", &[("unit", "week".to_owned())]);
        assert_eq!(
            href,
            "/trends?range=7d&platform=lazada,tiktok&compare=none&unit=week"
        );
    }

    #[test]
    fn a_shop_brings_its_platform() {
        let shop = Query {
            shop: some("shopee:300101"),
            ..Query::default()
        };
        let view = view(shop);
        assert_eq!(view.filter.platforms, [Platform::Shopee]);
        assert_eq!(view.href("/", &[]), "/?shop=shopee:300101");
    }

    #[test]
    fn neighbours_have_as_many_days_and_end_no_later_than_today() {
        let week = Query {
            from: some("2026-03-09"),
            to: some("2026-03-15"),
            ..Query::default()
        };
        let week = view(week);
        let earlier = week.neighbour(-1).unwrap();
        assert_eq!(earlier.range.from(), date(2026, 3, 2));
        let later = week.neighbour(1).unwrap();
        assert_eq!(
            (later.range.from(), later.range.to()),
            (date(2026, 3, 16), TODAY)
        );
        assert!(later.neighbour(1).is_none());
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (query, name) in [
            (
                Query {
                    range: some("8d"),
                    ..Query::default()
                },
                "range",
            ),
            (
                Query {
                    from: some("2026-03-01"),
                    ..Query::default()
                },
                "to",
            ),
            (
                Query {
                    platform: some("amazon"),
                    ..Query::default()
                },
                "platform",
            ),
            (
                Query {
                    shop: some("300101"),
                    ..Query::default()
                },
                "shop",
            ),
            (
                Query {
                    compare: some("x"),
                    ..Query::default()
                },
                "compare",
            ),
        ] {
            let problem = View::read(&query, TODAY).unwrap_err();
            assert!(problem.detail().starts_with(name), "{}", problem.detail());
        }
    }
}

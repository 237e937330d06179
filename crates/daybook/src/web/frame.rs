//! What is around every page: navigation, range, filters, freshness, footer.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_model::Platform;

use super::asked::Asked;
use super::assets;
use super::figure::mode_name;
use super::preferences::Theme;
use super::staleness::{Chip, Staleness, in_order};
use super::view::View;
use super::words::{Lang, Words, fill};
use crate::access::Identity;
use crate::http::HttpState;
use crate::report::{CompareMode, Filter, Key, Preset, Reader, ReportError, Shop};

/// Which page of the navigation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Overview,
    Trends,
    Platforms,
    Categories,
    Regions,
    Shops,
    Day,
    Operations,
    Definitions,
    Settings,
    /// None of them.
    Elsewhere,
}

/// What is around a page.
#[derive(Debug)]
pub struct Frame {
    pub w: &'static Words,
    pub lang: &'static str,
    pub theme: &'static str,
    pub title: String,
    pub css: String,
    pub js: String,
    pub icon: String,
    pub pages: Vec<NavLink>,
    pub more_pages: Vec<NavLink>,
    pub languages: Vec<Choice>,
    pub themes: Vec<Choice>,
    pub user: Option<String>,
    /// What a form of somebody who is logged in carries.
    pub csrf: String,
    pub filters: Option<Filters>,
    pub freshness: Vec<Chip>,
    pub missing: Vec<String>,
    ends: Vec<(Platform, Date)>,
    pub as_of: String,
    pub time_zone: String,
    pub version: &'static str,
    /// Whether the page follows changes while it is open.
    pub is_live: bool,
    pub query: String,
}

/// A page of the navigation.
#[derive(Debug)]
pub struct NavLink {
    pub href: String,
    pub name: &'static str,
    pub icon: &'static str,
    pub is_current: bool,
    /// Whether the bottom bar of phones has it.
    pub on_phones: bool,
}

/// One of several.
#[derive(Debug)]
pub struct Choice {
    pub href: String,
    pub name: String,
    pub is_chosen: bool,
    /// The key that chooses it.
    pub key: Option<&'static str>,
}

/// Range, comparison, marketplaces, shop.
#[derive(Debug)]
pub struct Filters {
    pub has_range: bool,
    pub range_name: String,
    pub range_days: String,
    pub presets: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub today: String,
    pub path: String,
    /// What the form of custom days keeps of the address.
    pub kept: Vec<(&'static str, String)>,
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub compare_name: String,
    pub compares: Vec<Choice>,
    pub platforms_name: String,
    pub platforms: Vec<Choice>,
    pub shop_name: String,
    pub shops: Vec<Choice>,
    /// What is filtered, each with the address without it.
    pub active: Vec<Choice>,
}

impl Frame {
    /// The frame of a page of figures.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn of_figures(
        state: &HttpState,
        asked: &Asked,
        reader: &Reader<'_>,
        place: Place,
        title: impl Into<String>,
    ) -> Result<Self, ReportError> {
        let shops = reader.shops().await?;
        let mut frame = Self::with_freshness(state, asked, reader, place, title).await?;
        frame.filters = Some(Filters::of(asked, &shops));
        frame.is_live = asked.view.range.contains(asked.view.today);
        Ok(frame)
    }

    /// Until which day each marketplace that is behind is drawn: there its line ends instead of dropping to zero.
    pub fn ends(&self) -> &[(Platform, Date)] {
        &self.ends
    }

    /// Takes the range and the comparison away, for a page that has its own.
    pub fn without_range(&mut self) {
        if let Some(filters) = &mut self.filters {
            filters.has_range = false;
        }
    }

    /// The frame of a page that has no range, such as operations.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn with_freshness(
        state: &HttpState,
        asked: &Asked,
        reader: &Reader<'_>,
        place: Place,
        title: impl Into<String>,
    ) -> Result<Self, ReportError> {
        let freshness = in_order(reader.freshness().await?);
        let zone = state.app.clock.zone();
        let mut frame = Self::bare(state, asked, place, title);
        let as_of = reader.civil();
        frame.as_of = format!(
            "{} {}",
            asked.format.date(as_of.date()),
            asked.format.time_with_seconds(as_of)
        );
        let staleness = Staleness::new(state, asked, &freshness);
        frame.freshness = staleness.chips();
        frame.ends = staleness.ends();
        let behind = staleness.behind(&asked.view.filter);
        // When all are behind, none is missing beside the others; the chip says through when all are complete.
        let is_partial = behind.len() < freshness.platforms.len();
        // Days before are complete, whatever is missing since.
        let last_day = asked.view.range.to();
        let is_missed = |through: &Timestamp| through.to_zoned(zone.clone()).date() <= last_day;
        frame.missing = behind
            .into_iter()
            .filter(|(_, through)| is_partial && is_missed(through))
            .map(|(platform, through)| {
                let time = moment(asked, through, zone);
                fill(
                    asked.words.missing_since,
                    &[("platform", &platform), ("time", &time)],
                )
            })
            .collect();
        Ok(frame)
    }

    /// The frame of a page that reads nothing from the database.
    pub fn bare(state: &HttpState, asked: &Asked, place: Place, title: impl Into<String>) -> Self {
        let words = asked.words;
        let own = |pairs: &[(&'static str, String)]| asked.view.href(&asked.path, pairs);
        let languages = [(Lang::Vi, "Tiếng Việt"), (Lang::En, "English")];
        let themes = [
            (Theme::Auto, words.theme_auto),
            (Theme::Light, words.theme_light),
            (Theme::Dark, words.theme_dark),
        ];
        Self {
            w: words,
            lang: asked.lang().as_str(),
            theme: asked.preferences.theme.as_str(),
            title: title.into(),
            css: assets::href("app.css"),
            js: assets::href("app.js"),
            icon: assets::href("icon.svg"),
            pages: pages(asked, place),
            more_pages: more_pages(asked, place),
            languages: languages
                .into_iter()
                .map(|(lang, name)| Choice {
                    href: own(&[("lang", lang.as_str().to_owned())]),
                    name: name.to_owned(),
                    is_chosen: lang == asked.lang(),
                    key: None,
                })
                .collect(),
            themes: themes
                .into_iter()
                .map(|(theme, name)| Choice {
                    href: own(&[("theme", theme.as_str().to_owned())]),
                    name: name.to_owned(),
                    is_chosen: theme == asked.preferences.theme,
                    key: None,
                })
                .collect(),
            user: match &asked.identity {
                Identity::User { name, .. } => Some(name.clone()),
                _ => None,
            },
            csrf: asked.identity.csrf_token().unwrap_or_default(),
            filters: None,
            freshness: Vec::new(),
            missing: Vec::new(),
            ends: Vec::new(),
            as_of: String::new(),
            time_zone: state.app.config.business.zone_name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            is_live: false,
            query: asked.query.q.clone().unwrap_or_default(),
        }
    }
}

fn pages(asked: &Asked, place: Place) -> Vec<NavLink> {
    let words = asked.words;
    let link = |at: Place, path: &str, name, icon, on_phones| NavLink {
        href: asked.view.href(path, &[]),
        name,
        icon,
        is_current: at == place,
        on_phones,
    };
    let mut day = link(Place::Day, "/day", words.day, "day", true);
    day.href = format!("/day/{}", asked.view.range.to());
    vec![
        link(Place::Overview, "/", words.overview, "overview", true),
        link(Place::Trends, "/trends", words.trends, "trends", true),
        link(
            Place::Platforms,
            "/platforms",
            words.platforms,
            "platforms",
            false,
        ),
        link(
            Place::Categories,
            "/categories",
            words.categories,
            "categories",
            false,
        ),
        link(Place::Regions, "/regions", words.regions, "regions", false),
        link(Place::Shops, "/shops", words.shops, "shops", false),
        day,
    ]
}

fn more_pages(asked: &Asked, place: Place) -> Vec<NavLink> {
    let words = asked.words;
    let link = |at: Place, href: &str, name, icon, on_phones| NavLink {
        href: href.to_owned(),
        name,
        icon,
        is_current: at == place,
        on_phones,
    };
    vec![
        link(
            Place::Operations,
            "/operations",
            words.operations,
            "operations",
            true,
        ),
        link(
            Place::Definitions,
            "/definitions",
            words.definitions,
            "definitions",
            false,
        ),
        link(
            Place::Settings,
            "/settings",
            words.settings,
            "settings",
            false,
        ),
    ]
}

impl Filters {
    fn of(asked: &Asked, shops: &[Shop]) -> Self {
        let (words, format, view) = (asked.words, asked.format, &asked.view);
        let here = |view: &View| view.href(&asked.path, &[]);
        let preset = |preset: Preset| -> (&'static str, Option<&'static str>) {
            match preset {
                Preset::Today => (words.today, Some("d")),
                Preset::Yesterday => (words.yesterday, Some("e")),
                Preset::Days7 => (words.last_7_days, Some("w")),
                Preset::Days30 => (words.last_30_days, Some("t")),
                Preset::Days90 => (words.last_90_days, Some("n")),
                Preset::ThisWeek => (words.this_week, None),
                Preset::LastWeek => (words.last_week, None),
                Preset::ThisMonth => (words.this_month, None),
                Preset::LastMonth => (words.last_month, None),
            }
        };
        let modes = CompareMode::ALL.iter().copied().map(Some).chain([None]);
        let mut kept = view.filter_pairs();
        kept.extend(
            view.pairs()
                .into_iter()
                .filter(|(name, _)| *name == "compare"),
        );
        Self {
            has_range: true,
            range_name: view
                .preset
                .map_or(words.custom, |chosen| preset(chosen).0)
                .to_owned(),
            range_days: format.range(view.range.from(), view.range.to()),
            presets: Preset::ALL
                .iter()
                .map(|each| Choice {
                    href: here(&view.about_preset(*each)),
                    name: preset(*each).0.to_owned(),
                    is_chosen: view.preset == Some(*each),
                    key: preset(*each).1,
                })
                .collect(),
            from: view.range.from().to_string(),
            to: view.range.to().to_string(),
            today: view.today.to_string(),
            path: asked.path.clone(),
            kept,
            earlier: view.neighbour(-1).as_ref().map(here),
            later: view.neighbour(1).as_ref().map(here),
            compare_name: mode_name(words, view.compare).to_owned(),
            compares: modes
                .map(|mode| Choice {
                    href: here(&view.compared(mode)),
                    name: mode_name(words, mode).to_owned(),
                    is_chosen: mode == view.compare,
                    key: None,
                })
                .collect(),
            platforms_name: match view.filter.platforms.as_slice() {
                [] => words.all_platforms.to_owned(),
                platforms => names(platforms),
            },
            platforms: platform_choices(asked, &here),
            shop_name: match &view.filter.shop {
                None => words.all_shops.to_owned(),
                Some(shop) => shop_name(words, shop.as_option()),
            },
            shops: shop_choices(asked, shops, &here),
            active: active(asked, &here),
        }
    }
}

fn names(platforms: &[Platform]) -> String {
    let names: Vec<_> = platforms
        .iter()
        .map(|platform| platform.display_name())
        .collect();
    names.join(", ")
}

fn platform_choices(asked: &Asked, here: &dyn Fn(&View) -> String) -> Vec<Choice> {
    let chosen = &asked.view.filter.platforms;
    let all = Choice {
        href: here(&asked.view.filtered(Filter::default())),
        name: asked.words.all_platforms.to_owned(),
        is_chosen: chosen.is_empty(),
        key: None,
    };
    let each = Platform::ALL.into_iter().map(|platform| {
        let is_chosen = chosen.contains(&platform);
        let platforms = match (is_chosen, asked.view.filter.shop.is_some()) {
            // With a shop there is one marketplace, and another one means that one alone.
            (_, true) => vec![platform],
            (true, false) => {
                let others = chosen.iter().copied().filter(|other| *other != platform);
                others.collect()
            }
            (false, false) => {
                let all = Platform::ALL.into_iter();
                all.filter(|other| *other == platform || chosen.contains(other))
                    .collect()
            }
        };
        // All of them is no filter.
        let platforms = if platforms.len() == Platform::ALL.len() {
            Vec::new()
        } else {
            platforms
        };
        let filter = Filter {
            platforms,
            shop: None,
        };
        Choice {
            href: here(&asked.view.filtered(filter)),
            name: platform.display_name().to_owned(),
            is_chosen,
            key: None,
        }
    });
    std::iter::once(all).chain(each).collect()
}

fn shop_choices(asked: &Asked, shops: &[Shop], here: &dyn Fn(&View) -> String) -> Vec<Choice> {
    if shops.is_empty() {
        return Vec::new();
    }
    let all = Choice {
        href: here(&asked.view.filtered(Filter::default())),
        name: asked.words.all_shops.to_owned(),
        is_chosen: asked.view.filter.shop.is_none(),
        key: None,
    };
    let each = shops.iter().filter_map(|shop| {
        let platform: Platform = shop.platform.parse().ok()?;
        let filter = shop_filter(platform, shop.shop_id.as_deref());
        Some(Choice {
            is_chosen: asked.view.filter == filter,
            href: here(&asked.view.filtered(filter)),
            name: format!(
                "{} · {}",
                platform.display_name(),
                shop_name(asked.words, shop.shop_id.as_deref())
            ),
            key: None,
        })
    });
    std::iter::once(all).chain(each).collect()
}

/// Only one shop.
pub fn shop_filter(platform: Platform, shop: Option<&str>) -> Filter {
    Filter {
        platforms: vec![platform],
        shop: Some(match shop {
            Some(shop) => Key::Known(shop.to_owned()),
            None => Key::Unknown,
        }),
    }
}

/// What a shop is called.
pub fn shop_name(words: &'static Words, shop: Option<&str>) -> String {
    shop.unwrap_or(words.unknown).to_owned()
}

fn active(asked: &Asked, here: &dyn Fn(&View) -> String) -> Vec<Choice> {
    let filter = &asked.view.filter;
    let mut active = Vec::new();
    let chip = |name: String, filter: Filter| Choice {
        href: here(&asked.view.filtered(filter)),
        name,
        is_chosen: true,
        key: None,
    };
    if let Some(shop) = &filter.shop {
        let name = format!(
            "{} {}",
            asked.words.shop,
            shop_name(asked.words, shop.as_option())
        );
        let without = Filter {
            shop: None,
            ..filter.clone()
        };
        active.push(chip(name, without));
    }
    for platform in &filter.platforms {
        let others = filter
            .platforms
            .iter()
            .copied()
            .filter(|other| other != platform);
        let without = Filter {
            platforms: others.collect(),
            shop: None,
        };
        active.push(chip(platform.display_name().to_owned(), without));
    }
    active
}

/// A moment in few words: the time of a moment of today, else the day as well.
pub fn moment(asked: &Asked, instant: Timestamp, zone: &TimeZone) -> String {
    let civil = instant.to_zoned(zone.clone()).datetime();
    match civil.date() == asked.view.today {
        true => asked.format.time(civil),
        false => format!(
            "{} {}",
            asked.format.time(civil),
            asked.format.short_date(civil.date())
        ),
    }
}

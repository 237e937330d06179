//! The configuration as the program sees it: typed, checked, and able to say where each value came from.

mod access;
mod alerts;
pub mod example;
mod layers;
mod schedule;
pub mod setting;
mod source_url;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use order_model::{Currency, Layout, OrderStatus, PayloadLocation, Platform, Rules};

pub use self::access::Access;
pub use self::alerts::{Alerts, Channels, Language, Telegram, Thresholds};
pub use self::layers::{Fault, Layers, Origin, Value};
pub use self::schedule::{Schedule, SyncSchedule, Times};
use self::setting::Setting;
pub use self::source_url::{SourceUrl, without_password};
use crate::aggregate::{Grains, StatisticsMode, UnknownMode};

/// Documents may claim times up to this far ahead of our clock; anything later is implausible.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(48);

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    layers: Layers,
    /// The file it was read from, when there is one.
    pub file: Option<PathBuf>,
    /// Where raw orders are, when set.
    pub source: Option<SourceUrl>,
    /// How far behind the last position a poll starts.
    pub overlap: Duration,
    /// How documents are laid out.
    pub layout: Layout,
    /// Which collections hold what.
    pub collections: Collections,
    /// The business.
    pub business: Business,
    /// How figures follow the orders. A database is switched by `migrate` alone; until then it keeps its own way.
    pub statistics_mode: StatisticsMode,
    /// Which finer grains are kept; switched by `migrate` alone as well.
    pub statistics_grains: Grains,
    /// How aggregate works.
    pub aggregate: Aggregate,
    /// How the service is reached.
    pub serve: Serve,
    /// When something needs a person, and how people are told.
    pub alerts: Alerts,
    /// When the service does what.
    pub schedule: Schedule,
    /// Who may use the service.
    pub access: Access,
}

/// Names of collections, or of dump files without their ending.
#[derive(Debug, Clone)]
pub struct Collections {
    /// One collection for all marketplaces, and the field that tells them apart.
    pub shared: Option<(String, String)>,
    tiktok: String,
    shopee: String,
    shopee_escrow: String,
    lazada: String,
    lazada_items: String,
}

impl Collections {
    /// The collection with a platform's orders.
    pub fn orders(&self, platform: Platform) -> &str {
        match platform {
            Platform::Tiktok => &self.tiktok,
            Platform::Shopee => &self.shopee,
            Platform::Lazada => &self.lazada,
        }
    }

    /// The sibling collection that may hold more about a platform's orders.
    pub fn companions(&self, platform: Platform) -> Option<&str> {
        match platform {
            Platform::Tiktok => None,
            Platform::Shopee => Some(&self.shopee_escrow),
            Platform::Lazada => Some(&self.lazada_items),
        }
    }
}

/// What the figures depend on.
#[derive(Debug, Clone)]
pub struct Business {
    /// IANA name of the zone.
    pub zone_name: String,
    /// The zone whose midnight ends a day.
    pub zone: TimeZone,
    /// The currency of the statistics.
    pub currency: Currency,
    /// Whether buyer ids are kept.
    pub keep_customer_id: bool,
    /// What TikTok Shop's DELIVERED counts as.
    pub tiktok_delivered: OrderStatus,
}

/// How aggregate works through the queue.
#[derive(Debug, Clone, Copy)]
pub struct Aggregate {
    /// Days a transaction.
    pub batch_days: usize,
    /// Transactions at the same time.
    pub workers: usize,
}

/// How the service is reached.
#[derive(Debug, Clone, Copy)]
pub struct Serve {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Connections to PostgreSQL that answer requests.
    pub connections: usize,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named on the command line cannot be read.
    #[error("cannot read the configuration file {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// One or more settings are wrong.
    #[error("the configuration has {} fault{}", .0.len(), if .0.len() == 1 { "" } else { "s" })]
    Faulty(Vec<Fault>),
    /// A command needs a setting that nobody set.
    #[error("{} is not set", .0.key)]
    Missing(&'static Setting),
}

/// What the command line says about the configuration.
#[derive(Debug, Default, Clone)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// Settings given as flags.
    pub flags: Vec<(&'static Setting, String)>,
}

impl Config {
    /// Reads file, environment and flags.
    ///
    /// # Errors
    /// The file cannot be read, or settings are wrong: all faults at once.
    pub fn load(
        overrides: &Overrides,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut faults = Vec::new();
        let mut layers = Layers::defaults();
        let file = find_file(overrides)?;
        if let Some((path, text)) = &file {
            layers.read_file(path, text, &mut faults);
        }
        layers.read_environment(environment, &mut faults);
        for (setting, text) in &overrides.flags {
            // The demo decides some that have no flag.
            let flag = setting.flag.unwrap_or("of the demo");
            layers.set(setting, text.clone(), Origin::Flag(flag));
        }
        Self::build(layers, file.map(|(path, _)| path), faults)
    }

    /// What the given settings and the defaults make, and nothing else.
    ///
    /// # Errors
    /// Settings are wrong: all faults at once.
    pub fn from_flags(flags: &[(&'static Setting, String)]) -> Result<Self, ConfigError> {
        let mut layers = Layers::defaults();
        for (setting, text) in flags {
            let flag = setting.flag.unwrap_or("given");
            layers.set(setting, text.clone(), Origin::Flag(flag));
        }
        Self::build(layers, None, Vec::new())
    }

    fn build(
        layers: Layers,
        file: Option<PathBuf>,
        faults: Vec<Fault>,
    ) -> Result<Self, ConfigError> {
        let mut reader = Reader {
            layers: &layers,
            faults,
        };
        let config = (
            reader.optional(&setting::SOURCE_URL, SourceUrl::parse),
            reader.required(&setting::SOURCE_OVERLAP, duration),
            reader.layout(),
            reader.collections(),
            reader.business(),
            reader.required(&setting::STATISTICS_MODE, |text| {
                text.parse().map_err(|error: UnknownMode| error.to_string())
            }),
            reader.required(&setting::STATISTICS_GRAINS, |text| {
                Ok::<_, String>(Grains::parse(text))
            }),
            reader.aggregate(),
            reader.serve(),
            reader.alerts(),
            reader.schedule(),
            reader.access(),
        );
        let faults = reader.faults;
        match config {
            (
                source,
                Some(overlap),
                Some(layout),
                Some(collections),
                Some(business),
                Some(statistics_mode),
                Some(statistics_grains),
                Some(aggregate),
                Some(serve),
                Some(alerts),
                Some(schedule),
                Some(access),
            ) if faults.is_empty() => Ok(Self {
                layers,
                file,
                source,
                overlap,
                layout,
                collections,
                business,
                statistics_mode,
                statistics_grains,
                aggregate,
                serve,
                alerts,
                schedule,
                access,
            }),
            _ => Err(ConfigError::Faulty(faults)),
        }
    }

    /// The database's URL. It holds a password.
    ///
    /// # Errors
    /// Nobody set it.
    pub fn database_url(&self) -> Result<&str, ConfigError> {
        self.value(&setting::DATABASE_URL)
            .map(|value| value.text.as_str())
            .ok_or(ConfigError::Missing(&setting::DATABASE_URL))
    }

    /// The source.
    ///
    /// # Errors
    /// Nobody set it.
    pub fn source(&self) -> Result<&SourceUrl, ConfigError> {
        self.source
            .as_ref()
            .ok_or(ConfigError::Missing(&setting::SOURCE_URL))
    }

    /// The value of a setting as written, with its origin.
    pub fn value(&self, setting: &Setting) -> Option<&Value> {
        self.layers.get(setting)
    }

    /// The rules of normalisation at an instant.
    pub fn rules(&self, now: Timestamp) -> Rules {
        Rules {
            zone: self.business.zone.clone(),
            currency: self.business.currency,
            tiktok_delivered: self.business.tiktok_delivered,
            keep_customer_id: self.business.keep_customer_id,
            not_after: now
                .saturating_add(CLOCK_TOLERANCE)
                .unwrap_or(Timestamp::MAX),
            layout: self.layout.clone(),
        }
    }
}

/// The file named on the command line must exist; `daybook.toml` may.
fn find_file(overrides: &Overrides) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let path = overrides
        .file
        .as_deref()
        .unwrap_or(Path::new("daybook.toml"));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(error) if overrides.file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(source) => Err(ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Turns texts into typed values and gathers what is wrong with them.
struct Reader<'a> {
    layers: &'a Layers,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn optional<T>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.layers.get(setting)?;
        match parse(&value.text) {
            Ok(parsed) => Some(parsed),
            Err(problem) => {
                self.faults.push(Fault {
                    message: format!("{}: {problem}", setting.key),
                    origin: value.origin.clone(),
                    hint: setting.help.to_owned(),
                });
                None
            }
        }
    }

    /// A setting with a default: absent only when it is faulty.
    fn required<T>(
        &mut self,
        setting: &Setting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        debug_assert!(setting.default.is_some(), "{} has no default", setting.key);
        self.optional(setting, parse)
    }

    fn layout(&mut self) -> Option<Layout> {
        let payload = self.required(&setting::SOURCE_PAYLOAD, payload_location);
        let ingest_field = self.required(&setting::SOURCE_INGEST_FIELD, |text| {
            Ok((text != "auto").then(|| text.to_owned()))
        });
        Some(Layout {
            payload: payload?,
            ingest_field: ingest_field?,
        })
    }

    fn collections(&mut self) -> Option<Collections> {
        let shared = self.optional(&setting::SOURCE_COLLECTION, name);
        let field = self.required(&setting::SOURCE_PLATFORM_FIELD, name)?;
        Some(Collections {
            shared: shared.map(|collection| (collection, field)),
            tiktok: self.required(&setting::TIKTOK_COLLECTION, name)?,
            shopee: self.required(&setting::SHOPEE_COLLECTION, name)?,
            shopee_escrow: self.required(&setting::SHOPEE_ESCROW_COLLECTION, name)?,
            lazada: self.required(&setting::LAZADA_COLLECTION, name)?,
            lazada_items: self.required(&setting::LAZADA_ITEMS_COLLECTION, name)?,
        })
    }

    fn business(&mut self) -> Option<Business> {
        let zone_name = self.layers.get(&setting::TIMEZONE)?.text.clone();
        let zone = self.required(&setting::TIMEZONE, |text| {
            TimeZone::get(text).map_err(|_| match jiff::tz::db().is_definitively_empty() {
                true => {
                    "this machine has no time zone database: install the package tzdata".to_owned()
                }
                false => format!("{text:?} is not a time zone"),
            })
        });
        let currency = self.required(&setting::CURRENCY, |text| {
            text.parse::<Currency>()
                .map_err(|_| format!("{text:?} is not a currency code of three letters"))
        });
        let keep_customer_id = self.required(&setting::KEEP_CUSTOMER_ID, boolean);
        let tiktok_delivered = self.required(&setting::TIKTOK_DELIVERED, |text| match text {
            "pending" => Ok(OrderStatus::Pending),
            "completed" => Ok(OrderStatus::Completed),
            _ => Err("must be pending or completed".to_owned()),
        });
        Some(Business {
            zone_name,
            zone: zone?,
            currency: currency?,
            keep_customer_id: keep_customer_id?,
            tiktok_delivered: tiktok_delivered?,
        })
    }

    fn aggregate(&mut self) -> Option<Aggregate> {
        let batch_days =
            self.required(&setting::AGGREGATE_BATCH_DAYS, |text| count(text, 1..=3650));
        let workers = self.required(&setting::AGGREGATE_WORKERS, |text| count(text, 1..=64));
        Some(Aggregate {
            batch_days: batch_days?,
            workers: workers?,
        })
    }

    fn schedule(&mut self) -> Option<Schedule> {
        let sync = self.required(&setting::SCHEDULE_SYNC, str::parse);
        let aggregate = self.required(&setting::SCHEDULE_AGGREGATE, Times::parse);
        let validate = self.required(&setting::SCHEDULE_VALIDATE, Times::parse);
        let validate_days = self.required(&setting::SCHEDULE_VALIDATE_DAYS, |text| {
            count(text, 1..=3650)
        });
        let housekeeping = self.required(&setting::SCHEDULE_HOUSEKEEPING, Times::parse);
        let keep_runs_days = self.required(&setting::SCHEDULE_KEEP_RUNS_DAYS, |text| {
            count(text, 1..=36_500)
        });
        Some(Schedule {
            sync: sync?,
            aggregate: aggregate?,
            validate: validate?,
            validate_days: i64::try_from(validate_days?).ok()?,
            housekeeping: housekeeping?,
            keep_runs_days: i64::try_from(keep_runs_days?).ok()?,
        })
    }

    fn serve(&mut self) -> Option<Serve> {
        let listen = self.required(&setting::SERVE_LISTEN, |text| {
            text.parse::<SocketAddr>()
                .map_err(|_| format!("{text:?} is no address with a port, such as 127.0.0.1:8420"))
        });
        let connections = self.required(&setting::SERVE_CONNECTIONS, |text| count(text, 1..=200));
        Some(Serve {
            listen: listen?,
            connections: connections?,
        })
    }
}

fn name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        Err("must not be empty".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

fn payload_location(text: &str) -> Result<PayloadLocation, String> {
    match text {
        "auto" => Ok(PayloadLocation::Probe),
        "root" => Ok(PayloadLocation::At(Vec::new())),
        path if path.split('.').all(|part| !part.is_empty()) => Ok(PayloadLocation::At(
            path.split('.').map(str::to_owned).collect(),
        )),
        _ => Err("must be auto, root, or a dotted path".to_owned()),
    }
}

fn boolean(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".to_owned())
}

fn count(text: &str, range: std::ops::RangeInclusive<usize>) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| range.contains(count))
        .ok_or_else(|| format!("must be a number from {} to {}", range.start(), range.end()))
}

/// A duration such as 10m, 2h or 7d. A day is 24 hours.
///
/// # Errors
/// It is none, or it is negative.
pub fn duration(text: &str) -> Result<Duration, String> {
    text.parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| format!("{text:?} is not a duration such as 10m, 2h or 7d"))
}

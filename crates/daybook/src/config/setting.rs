//! Every setting there is: its key, environment variable, default and meaning, in one table.
//!
//! The table drives reading, `config show`, `config check`, the error messages and `config.example.toml`.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Dotted key in the TOML file.
    pub key: &'static str,
    /// Environment variable that overrides the file.
    pub env: &'static str,
    /// Flag that overrides both, when there is one.
    pub flag: Option<&'static str>,
    /// Value when nobody sets it; `None` leaves it unset.
    pub default: Option<&'static str>,
    /// What it means and when to change it.
    pub help: &'static str,
}

macro_rules! settings {
    ($($name:ident = $key:literal, $env:literal, $flag:expr, $default:expr, $help:literal;)*) => {
        $(
            #[doc = $help]
            pub static $name: Setting =
                Setting { key: $key, env: $env, flag: $flag, default: $default, help: $help };
        )*
        /// All settings, in the order they are shown.
        pub static ALL: &[&Setting] = &[$(&$name),*];
    };
}

settings! {
    DATABASE_URL = "database.url", "DATABASE_URL", Some("--database-url"), None,
        "PostgreSQL to write to: postgresql://user:password@host:5432/database. Percent-encode @ : / # in a password. \
         Add ?sslmode=require for TLS.";
    DATABASE_CA_FILE = "database.ca_file", "DAYBOOK_DATABASE_CA_FILE", None, None,
        "PEM file with the certificate authority of PostgreSQL, when the system does not know it.";
    SOURCE_URL = "source.url", "DAYBOOK_SOURCE", Some("--source"), None,
        "Where the raw orders are: mongodb://host/db, mongodb+srv://..., or a folder (or file:// URL) of dumps.";
    SOURCE_OVERLAP = "source.overlap", "DAYBOOK_SOURCE_OVERLAP", None, Some("10m"),
        "How far behind the last position each poll starts again. Wider than the difference between the collectors' clocks.";
    SOURCE_PAYLOAD = "source.payload", "DAYBOOK_SOURCE_PAYLOAD", None, Some("auto"),
        "Where in a document the marketplace's payload is: auto, root, or a dotted path such as raw.data.";
    SOURCE_INGEST_FIELD = "source.ingest_field", "DAYBOOK_SOURCE_INGEST_FIELD", None, Some("auto"),
        "Field with the time a collector stored the document: auto, or a name such as fetchedAt.";
    SOURCE_COLLECTION = "source.collection", "DAYBOOK_SOURCE_COLLECTION", None, None,
        "One collection that holds all marketplaces, told apart by source.platform_field. Unset: one collection each.";
    SOURCE_PLATFORM_FIELD = "source.platform_field", "DAYBOOK_SOURCE_PLATFORM_FIELD", None, Some("platform"),
        "Field that names the marketplace, in a collection that holds several.";
    TIKTOK_COLLECTION = "tiktok.collection", "DAYBOOK_TIKTOK_COLLECTION", None, Some("tiktok_orders"),
        "Collection, or dump file without its ending, with TikTok Shop orders.";
    TIKTOK_DELIVERED = "tiktok.delivered", "DAYBOOK_TIKTOK_DELIVERED", None, Some("pending"),
        "What a TikTok Shop order counts as while it is DELIVERED and can still be returned: pending or completed.";
    SHOPEE_COLLECTION = "shopee.collection", "DAYBOOK_SHOPEE_COLLECTION", None, Some("shopee_orders"),
        "Collection, or dump file without its ending, with Shopee orders.";
    SHOPEE_ESCROW_COLLECTION = "shopee.escrow_collection", "DAYBOOK_SHOPEE_ESCROW_COLLECTION", None, Some("shopee_escrow"),
        "Collection with Shopee escrow details, when they are stored beside the orders and not in them.";
    LAZADA_COLLECTION = "lazada.collection", "DAYBOOK_LAZADA_COLLECTION", None, Some("lazada_orders"),
        "Collection, or dump file without its ending, with Lazada orders.";
    LAZADA_ITEMS_COLLECTION = "lazada.items_collection", "DAYBOOK_LAZADA_ITEMS_COLLECTION", None, Some("lazada_order_items"),
        "Collection with Lazada order items, when they are stored beside the orders and not in them.";
    TIMEZONE = "business.timezone", "DAYBOOK_TIMEZONE", Some("--timezone"), Some("Asia/Ho_Chi_Minh"),
        "Time zone whose midnight ends a business day.";
    CURRENCY = "business.currency", "DAYBOOK_CURRENCY", Some("--currency"), Some("VND"),
        "Currency of the statistics. Orders in another one are quarantined.";
    KEEP_CUSTOMER_ID = "business.keep_customer_id", "DAYBOOK_KEEP_CUSTOMER_ID", None, Some("true"),
        "Whether the buyer's id on the platform is kept. It is personal data.";
    STATISTICS_MODE = "statistics.mode", "DAYBOOK_STATISTICS_MODE", None, Some("incremental"),
        "How figures follow the orders. incremental: every committed change is in the live figures at once. queue: changes \
         mark their days, and `daybook aggregate` computes them again. `daybook migrate` switches a running database.";
    STATISTICS_GRAINS = "statistics.grains", "DAYBOOK_STATISTICS_GRAINS", None, Some("all"),
        "Which figures are kept besides those of days: all, none, or names such as region, shop. Each costs writers a little. \
         `daybook migrate` turns them on and off in a running database.";
    SERVE_LISTEN = "serve.listen", "DAYBOOK_LISTEN", Some("--listen"), Some("127.0.0.1:8420"),
        "Address and port of the dashboard and the API. On any address but loopback everybody needs a login.";
    SERVE_CONNECTIONS = "serve.connections", "DAYBOOK_SERVE_CONNECTIONS", None, Some("8"),
        "How many connections to PostgreSQL answer requests at the same time.";
    SERVE_HOSTS = "serve.hosts", "DAYBOOK_HOSTS", None, None,
        "Names under which browsers reach the service, without port, with commas between: stats.example.com. Requests for \
         others are refused. Unset: on loopback its own names, elsewhere any.";
    SERVE_TRUSTED_PROXIES = "serve.trusted_proxies", "DAYBOOK_TRUSTED_PROXIES", None, None,
        "Addresses or networks of reverse proxies whose X-Forwarded-For is believed, with commas between: 127.0.0.1, \
         10.0.0.0/8. Unset: none; everybody behind a proxy then counts as one address where wrong passwords are delayed.";
    ACCESS_OPEN_ON_LOOPBACK = "access.open_on_loopback", "DAYBOOK_OPEN_ON_LOOPBACK", None, Some("true"),
        "Whether everybody on this machine may read without a login while serve.listen is a loopback address. Set it to false \
         behind a reverse proxy, and on a machine with users who may not see the figures.";
    ACCESS_SESSION_IDLE = "access.session_idle", "DAYBOOK_SESSION_IDLE", None, Some("12h"),
        "After how long without a request a login ends.";
    ACCESS_SESSION_LIFETIME = "access.session_lifetime", "DAYBOOK_SESSION_LIFETIME", None, Some("7d"),
        "After how long a login ends in any case.";
    SCHEDULE_SYNC = "schedule.sync", "DAYBOOK_SCHEDULE_SYNC", None, Some("follow"),
        "When `serve` loads orders. follow: as they change in MongoDB; a folder of dumps, which cannot be followed, is read \
         every 15 minutes. Or a cron expression in business time, such as */15 * * * *. Or off.";
    SCHEDULE_AGGREGATE = "schedule.aggregate", "DAYBOOK_SCHEDULE_AGGREGATE", None, Some("0 * * * *"),
        "When `serve` computes the marked days in mode queue, as a cron expression in business time, or off. The end of a day \
         is seen to in every mode.";
    SCHEDULE_VALIDATE = "schedule.validate", "DAYBOOK_SCHEDULE_VALIDATE", None, Some("0 4 * * 1"),
        "When `serve` compares the figures of the last days with a recount, as a cron expression in business time, or off.";
    SCHEDULE_VALIDATE_DAYS = "schedule.validate_days", "DAYBOOK_SCHEDULE_VALIDATE_DAYS", None, Some("35"),
        "How many days, today included, that comparison goes back.";
    SCHEDULE_HOUSEKEEPING = "schedule.housekeeping", "DAYBOOK_SCHEDULE_HOUSEKEEPING", None, Some("30 3 * * *"),
        "When `serve` removes what is kept for a time only, as a cron expression in business time, or off.";
    SCHEDULE_KEEP_RUNS_DAYS = "schedule.keep_runs_days", "DAYBOOK_SCHEDULE_KEEP_RUNS_DAYS", None, Some("400"),
        "For how many days finished runs, and the reports of validations, are kept.";
    AGGREGATE_BATCH_DAYS = "aggregate.batch_days", "DAYBOOK_AGGREGATE_BATCH_DAYS", None, Some("100"),
        "How many business days one transaction of aggregate computes.";
    AGGREGATE_WORKERS = "aggregate.workers", "DAYBOOK_AGGREGATE_WORKERS", None, Some("2"),
        "How many connections aggregate, rebuild and validate count on at the same time.";
    ALERTS_WEBHOOK_URL = "alerts.webhook_url", "DAYBOOK_ALERTS_WEBHOOK_URL", None, None,
        "Address that alerts are sent to as JSON. Secret. The form is in docs/alerts.md.";
    ALERTS_SLACK_URL = "alerts.slack_url", "DAYBOOK_ALERTS_SLACK_URL", None, None,
        "Incoming webhook of Slack that alerts are written to. Secret.";
    ALERTS_TELEGRAM_TOKEN = "alerts.telegram_token", "DAYBOOK_ALERTS_TELEGRAM_TOKEN", None, None,
        "Token of the Telegram bot that writes alerts, as BotFather gave it. Secret.";
    ALERTS_TELEGRAM_CHAT = "alerts.telegram_chat", "DAYBOOK_ALERTS_TELEGRAM_CHAT", None, None,
        "Chat that the bot writes to: its number, or the @name of a channel.";
    ALERTS_TELEGRAM_API = "alerts.telegram_api", "DAYBOOK_ALERTS_TELEGRAM_API", None, Some("https://api.telegram.org"),
        "Where Telegram's Bot API is. Change it for a Bot API server of your own.";
    ALERTS_ALLOW_HOSTS = "alerts.allow_hosts", "DAYBOOK_ALERTS_ALLOW_HOSTS", None, None,
        "Hosts, separated by commas, that alerts may be sent to without TLS and at private addresses. All others must be \
         reached by https at public ones.";
    ALERTS_LANGUAGE = "alerts.language", "DAYBOOK_ALERTS_LANGUAGE", None, Some("vi"),
        "Language of the messages to Slack and Telegram: vi or en. The JSON has both.";
    ALERTS_DASHBOARD_URL = "alerts.dashboard_url", "DAYBOOK_ALERTS_DASHBOARD_URL", None, None,
        "Where people reach the dashboard, such as `https://daybook.example.com`: alerts then link to it.";
    ALERTS_HOLD = "alerts.hold", "DAYBOOK_ALERTS_HOLD", None, Some("60s"),
        "How long a condition must hold before its alert fires.";
    ALERTS_RESOLVE_AFTER = "alerts.resolve_after", "DAYBOOK_ALERTS_RESOLVE_AFTER", None, Some("2m"),
        "How long a condition must be gone before its alert is resolved.";
    ALERTS_QUEUE_DAYS = "alerts.queue_days", "DAYBOOK_ALERTS_QUEUE_DAYS", None, Some("100"),
        "Alert when more days than this wait in the rebuild queue.";
    ALERTS_DAY_GRACE = "alerts.day_grace", "DAYBOOK_ALERTS_DAY_GRACE", None, Some("1h"),
        "Alert when the figures of an ended day are not final so long after midnight.";
    ALERTS_SILENCE_FACTOR = "alerts.silence_factor", "DAYBOOK_ALERTS_SILENCE_FACTOR", None, Some("3"),
        "Alert when a marketplace is silent for so many times its usual gap at that hour of the day,";
    ALERTS_SILENCE_FLOOR = "alerts.silence_floor", "DAYBOOK_ALERTS_SILENCE_FLOOR", None, Some("30m"),
        "but never for a silence shorter than this.";
    ALERTS_LAG = "alerts.lag", "DAYBOOK_ALERTS_LAG", None, Some("45m"),
        "Alert when a stream of the source is further behind than this. Longer than the pause between two syncs.";
    ALERTS_OPLOG_REMAINING = "alerts.oplog_remaining", "DAYBOOK_ALERTS_OPLOG_REMAINING", None, Some("6h"),
        "Alert when MongoDB's oplog reaches back less than this behind the place that was read to.";
    ALERTS_QUARANTINE_PER_HOUR = "alerts.quarantine_per_hour", "DAYBOOK_ALERTS_QUARANTINE_PER_HOUR", None, Some("20"),
        "Alert when so many documents of a marketplace are newly in quarantine within an hour.";
    ALERTS_JOURNAL_ENTRIES = "alerts.journal_entries", "DAYBOOK_ALERTS_JOURNAL_ENTRIES", None, Some("100000"),
        "Alert when more journal entries than this wait to be folded: live figures become slow,";
    ALERTS_JOURNAL_AGE = "alerts.journal_age", "DAYBOOK_ALERTS_JOURNAL_AGE", None, Some("2h"),
        "or when the oldest of them is older than this: nobody folds.";
    ALERTS_SNAPSHOT_AGE = "alerts.snapshot_age", "DAYBOOK_ALERTS_SNAPSHOT_AGE", None, Some("1h"),
        "Alert when a transaction has held a snapshot of the database for longer than this: deleted rows pile up behind it.";
}

/// Settings whose values are never shown. Other URLs are shown without their password.
pub fn is_secret(setting: &Setting) -> bool {
    [
        &ALERTS_WEBHOOK_URL,
        &ALERTS_SLACK_URL,
        &ALERTS_TELEGRAM_TOKEN,
    ]
    .iter()
    .any(|secret| secret.key == setting.key)
}

/// The setting with a key.
pub fn find(key: &str) -> Option<&'static Setting> {
    ALL.iter().copied().find(|setting| setting.key == key)
}

/// The closest known name to a misspelt one, when it is close enough to be meant.
pub fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

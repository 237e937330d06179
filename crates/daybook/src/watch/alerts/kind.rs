//! The kinds of alerts there are, and how bad each is.

/// What can need a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Too many days wait in the rebuild queue.
    Queue,
    /// An ended day's figures are not final.
    DayNotComputed,
    /// A marketplace has been silent for longer than is usual at that hour.
    PlatformSilent,
    /// A stream is too far behind its source.
    Lag,
    /// The place that was read to will soon be gone from MongoDB's oplog.
    Oplog,
    /// Many documents are refused.
    Quarantine,
    /// Figures or orders differ from a recount.
    Divergence,
    /// The last run of a command failed.
    FailingJob,
    /// The journal is too large or too old.
    Journal,
    /// Somebody holds on to old rows.
    Snapshot,
    /// PostgreSQL has no space left.
    DiskFull,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Look at it today.
    Warning,
    /// Figures are missing, wrong, or about to be.
    Critical,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Queue,
        Self::DayNotComputed,
        Self::PlatformSilent,
        Self::Lag,
        Self::Oplog,
        Self::Quarantine,
        Self::Divergence,
        Self::FailingJob,
        Self::Journal,
        Self::Snapshot,
        Self::DiskFull,
    ];

    /// The kind's name, in keys, in the API and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::DayNotComputed => "day_not_computed",
            Self::PlatformSilent => "platform_silent",
            Self::Lag => "lag",
            Self::Oplog => "oplog",
            Self::Quarantine => "quarantine",
            Self::Divergence => "divergence",
            Self::FailingJob => "failing_job",
            Self::Journal => "journal",
            Self::Snapshot => "snapshot",
            Self::DiskFull => "disk_full",
        }
    }

    /// How bad it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::DayNotComputed | Self::Oplog | Self::Divergence | Self::DiskFull => {
                Severity::Critical
            }
            Self::Queue
            | Self::PlatformSilent
            | Self::Lag
            | Self::Quarantine
            | Self::FailingJob
            | Self::Journal
            | Self::Snapshot => Severity::Warning,
        }
    }

    /// The page of the dashboard that shows more.
    pub fn link_path(self) -> &'static str {
        match self {
            Self::Divergence => "/operations#validate",
            Self::Quarantine => "/operations#quarantine",
            Self::FailingJob | Self::DiskFull => "/operations#runs",
            _ => "/operations",
        }
    }
}

impl Severity {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

//! What the demo tells when it has done the whole job.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::Serialize;

use super::default_dir;
use crate::aggregate::Drained;
use crate::cli::table::{amount, count, plural, render, table};
use crate::load::LoadCounts;

/// What the demo did.
#[derive(Debug, Serialize)]
pub struct DemoReport {
    /// Folder of the server and the raw orders.
    pub dir: PathBuf,
    /// Connection URL, with the password of the demo's own server.
    pub database_url: String,
    /// The folder of raw orders.
    pub source: PathBuf,
    /// What became of the documents.
    pub sync: LoadCounts,
    /// What brought the stored figures up to date.
    pub aggregated: Drained,
    /// Figures that differ from a recount. There should be none.
    pub divergences: usize,
    /// How long each stage took, in seconds.
    pub stages: Vec<(&'static str, f64)>,
    /// Figures of the last seven days.
    pub days: Vec<DemoDay>,
    /// The day on which a wrong figure was planted, so that there is something to find and to repair.
    pub planted: Option<Date>,
}

/// Figures of a day and platform.
#[derive(Debug, Serialize)]
pub struct DemoDay {
    /// Business day.
    pub stat_date: Date,
    /// Marketplace.
    pub platform: String,
    /// Orders placed.
    pub total_orders: i64,
    /// Gross merchandise value.
    pub gross_merchandise_value: String,
    /// Revenue of completed orders.
    pub total_revenue: String,
    /// Cancelled orders, in percent.
    pub cancellation_rate: String,
    /// Whether the day has ended.
    pub is_final: bool,
}

impl DemoReport {
    /// For people.
    pub fn text(&self, serving: bool) -> String {
        let mut lines = vec![
            self.days_table(),
            String::new(),
            self.stages_table(),
            String::new(),
        ];
        lines.push(format!(
            "{} read, {} new, {} changed, {} in quarantine; {} folded into {}; {}",
            plural(self.sync.read, "document", "documents"),
            count(self.sync.inserted),
            count(self.sync.updated),
            count(self.sync.quarantined),
            plural(
                self.aggregated.folded.entries,
                "journal entry",
                "journal entries"
            ),
            plural(
                self.aggregated.folded.rows_changed,
                "row of statistics",
                "rows of statistics"
            ),
            match self.divergences {
                0 => "every figure equals a recount".to_owned(),
                found => plural(found as u64, "figure differs", "figures differ"),
            },
        ));
        lines.push(
            "Revenue counts completed orders only, so the youngest days always look low."
                .to_owned(),
        );
        if let Some(day) = self.planted {
            lines.push(format!(
                "One wrong figure was planted on {day}, so that there is something to repair."
            ));
        }
        lines.push(String::new());
        lines.extend(self.what_next(serving));
        lines.join("\n")
    }

    fn what_next(&self, serving: bool) -> Vec<String> {
        let dir = self.dir_flag();
        let mut steps = vec![
            ("look around", format!("psql \"{}\"", self.database_url)),
            (
                "use the commands",
                format!("export DATABASE_URL=\"{}\"", self.database_url),
            ),
            (
                "",
                format!("export DAYBOOK_SOURCE=\"{}\"", self.source.display()),
            ),
            ("", "daybook quarantine list".to_owned()),
        ];
        let go_on = (
            "go on",
            format!("daybook demo{dir}   (what was ordered meanwhile arrives)"),
        );
        let remove = (
            "remove",
            format!(
                "daybook demo{dir} --remove   (deletes {})",
                self.dir.display()
            ),
        );
        if serving {
            steps.push(("stop", "Ctrl-C; that stops PostgreSQL as well".to_owned()));
            steps.extend([go_on, remove]);
        } else {
            let stop = ("stop", format!("daybook demo{dir} --stop"));
            steps.extend([go_on, stop, remove]);
        }
        steps
            .into_iter()
            .map(|(what, how)| format!("{what:<17} {how}"))
            .collect()
    }

    /// The flag that finds this folder again; nothing for the folder that is taken without one.
    fn dir_flag(&self) -> String {
        match default_dir() {
            Ok(default) if default == self.dir => String::new(),
            _ => format!(" --dir {}", self.dir.display()),
        }
    }

    fn days_table(&self) -> String {
        let header = [
            "day",
            "platform",
            "orders",
            "GMV",
            "revenue",
            "cancelled %",
            "state",
        ];
        let mut days = table(&header, &[0, 1, 6]);
        for day in &self.days {
            days.add_row([
                day.stat_date.to_string(),
                day.platform.clone(),
                count(day.total_orders.unsigned_abs()),
                amount(&day.gross_merchandise_value),
                amount(&day.total_revenue),
                day.cancellation_rate.clone(),
                if day.is_final {
                    "final".to_owned()
                } else {
                    "live".to_owned()
                },
            ]);
        }
        render(&days)
    }

    fn stages_table(&self) -> String {
        let mut stages = table(&["stage", "seconds"], &[0]);
        for (name, seconds) in &self.stages {
            stages.add_row([(*name).to_owned(), format!("{seconds:.1}")]);
        }
        render(&stages)
    }
}

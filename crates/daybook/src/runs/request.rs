//! Runs that somebody asks the service for. They wait in `job_runs` until the leader takes them.

use jiff::Timestamp;
use jiff::civil::Date;
use order_model::Platform;
use serde_json::{Value, json};
use tokio_postgres::GenericClient;
use tokio_postgres::types::{ToSql, Type};

use super::RunId;
use crate::db::DatabaseError;

/// What can be asked for. Each may be done twice without harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Load what is new, of one marketplace or all.
    Sync {
        /// Which one.
        platform: Option<Platform>,
    },
    /// Compute a range of days again; both ends included, `None` is open.
    Rebuild {
        /// First business day.
        from: Option<Date>,
        /// Last business day.
        to: Option<Date>,
    },
    /// Compare a range of days with a recount.
    Validate {
        /// First business day.
        from: Option<Date>,
        /// Last business day.
        to: Option<Date>,
    },
    /// Compare a range of days with a recount, and compute again what differs.
    Repair {
        /// First business day.
        from: Option<Date>,
        /// Last business day.
        to: Option<Date>,
    },
    /// Read quarantined documents again.
    Replay {
        /// Only this entry.
        id: Option<i64>,
        /// Only those with this reason.
        reason: Option<String>,
    },
}

/// What became of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// A run waits for the leader.
    Waits(RunId),
    /// The same was asked for before under the same key: this run.
    Known(RunId),
    /// The same is under way: this run.
    InTheWay(RunId),
    /// The key belongs to a run of something else.
    KeyInUse(RunId),
}

impl Request {
    /// The command, as in `job_runs`.
    pub fn command(&self) -> &'static str {
        match self {
            Self::Sync { .. } => "sync",
            Self::Rebuild { .. } => "rebuild",
            Self::Validate { .. } => "validate",
            Self::Repair { .. } => "repair",
            Self::Replay { .. } => "replay",
        }
    }

    /// The parameters, as in `job_runs`. Absent ones are left out.
    pub fn parameters(&self) -> Value {
        let mut all = match self {
            Self::Sync { platform } => json!({ "platform": platform.map(Platform::as_str) }),
            Self::Rebuild { from, to }
            | Self::Validate { from, to }
            | Self::Repair { from, to } => {
                json!({ "from": from, "to": to })
            }
            Self::Replay { id, reason } => json!({ "id": id, "reason": reason }),
        };
        if let Some(fields) = all.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        all
    }

    /// Reads back what [`Request::command`] and [`Request::parameters`] wrote.
    ///
    /// # Errors
    /// A newer program wrote it, or a hand; in words.
    pub fn parse(command: &str, parameters: Value) -> Result<Self, String> {
        let text = |name: &str| parameters.get(name).and_then(Value::as_str);
        let day = |name: &str| {
            text(name)
                .map(|text| {
                    text.parse::<Date>()
                        .map_err(|_| format!("{name} is no day"))
                })
                .transpose()
        };
        match command {
            "sync" => {
                let platform = text("platform")
                    .map(|name| {
                        name.parse()
                            .map_err(|_| "platform is none we know".to_owned())
                    })
                    .transpose()?;
                Ok(Self::Sync { platform })
            }
            "rebuild" => Ok(Self::Rebuild {
                from: day("from")?,
                to: day("to")?,
            }),
            "validate" => Ok(Self::Validate {
                from: day("from")?,
                to: day("to")?,
            }),
            "repair" => Ok(Self::Repair {
                from: day("from")?,
                to: day("to")?,
            }),
            "replay" => Ok(Self::Replay {
                id: parameters.get("id").and_then(Value::as_i64),
                reason: text("reason").map(str::to_owned),
            }),
            _ => Err(format!("this daybook knows no request {command:?}")),
        }
    }

    /// Asks the leader for a run, unless the same is under way, or was asked for under the same key.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn submit(
        &self,
        client: &impl GenericClient,
        asked_by: &str,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Submitted, DatabaseError> {
        let (command, parameters) = (self.command(), self.parameters());
        let values: [(&(dyn ToSql + Sync), Type); 5] = [
            (&command, Type::TEXT),
            (&parameters, Type::JSONB),
            (&asked_by, Type::TEXT),
            (&key, Type::TEXT),
            (&now, Type::TIMESTAMPTZ),
        ];
        let statement = || client.query_typed_opt(include_str!("submit_request.sql"), &values);
        let failed = DatabaseError::statement("ask for a run");
        let row = match statement().await.map_err(&failed)? {
            Some(row) => row,
            // Somebody else has asked under the same key at this instant; now their run can be seen.
            None => statement()
                .await
                .map_err(&failed)?
                .ok_or(DatabaseError::Busy)?,
        };
        let run = RunId(row.get("id"));
        Ok(match row.get("what") {
            "waits" => Submitted::Waits(run),
            "known" => Submitted::Known(run),
            "key_in_use" => Submitted::KeyInUse(run),
            _ => Submitted::InTheWay(run),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let day = Date::constant(2026, 11, 11);
        let all = [
            Request::Sync { platform: None },
            Request::Sync {
                platform: Some(Platform::Lazada),
            },
            Request::Rebuild {
                from: Some(day),
                to: Some(day),
            },
            Request::Validate {
                from: Some(day),
                to: None,
            },
            Request::Repair {
                from: None,
                to: None,
            },
            Request::Replay {
                id: Some(7),
                reason: Some("missing_field".to_owned()),
            },
        ];
        for request in all {
            let read = Request::parse(request.command(), request.parameters());
            assert_eq!(read, Ok(request));
        }
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert!(Request::parse("forget everything", json!({})).is_err());
        assert!(Request::parse("rebuild", json!({ "from": "tomorrow" })).is_err());
    }
}

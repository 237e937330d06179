//! Where alerts are told, and the form each place wants them in.

use serde_json::json;

use super::message::{Event, Message};
use super::sender::Outgoing;
use crate::config::{Channels, Language, Telegram};
use crate::secret::Secret;

/// A place.
#[derive(Debug, Clone)]
pub enum Channel {
    /// Takes the generic JSON.
    Webhook(Secret),
    /// An incoming webhook of Slack.
    Slack(Secret),
    /// A bot of Telegram.
    Telegram(Telegram),
}

impl Channel {
    /// Those that are configured.
    pub fn all(channels: &Channels) -> Vec<Self> {
        let webhook = channels.webhook_url.clone().map(Self::Webhook);
        let slack = channels.slack_url.clone().map(Self::Slack);
        let telegram = channels.telegram.clone().map(Self::Telegram);
        [webhook, slack, telegram].into_iter().flatten().collect()
    }

    /// Its name, in the database and in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Slack(_) => "slack",
            Self::Telegram(_) => "telegram",
        }
    }

    /// A message in the channel's form.
    pub fn outgoing(&self, message: &Message, settings: &Channels) -> Outgoing {
        let dashboard = settings.dashboard_url.as_deref();
        let (url, body) = match self {
            Self::Webhook(url) => (url.clone(), message.json(dashboard)),
            Self::Slack(url) => {
                let text = escaped(&text(message, settings.language, dashboard));
                (url.clone(), json!({ "text": text }).to_string())
            }
            Self::Telegram(bot) => {
                let url = format!("{}/bot{}/sendMessage", bot.api, bot.token.expose());
                let body = json!({
                    "chat_id": bot.chat,
                    // Without a parse mode nothing in it is taken for markup.
                    "text": text(message, settings.language, dashboard),
                    "link_preview_options": { "is_disabled": true },
                });
                (Secret::new(url), body.to_string())
            }
        };
        Outgoing {
            url,
            idempotency_key: message.idempotency_key(),
            body,
        }
    }
}

/// A message for people: how bad, what, and what to do while it lasts.
fn text(message: &Message, language: Language, dashboard: Option<&str>) -> String {
    let is_critical = message.severity == "critical";
    let (head, what, hint) = match language {
        Language::English => {
            let head = match (message.event, is_critical) {
                (Event::Test, _) => "Test",
                (Event::Resolved, _) => "Resolved",
                (Event::Fired, true) => "Critical",
                (Event::Fired, false) => "Warning",
            };
            (head, &message.message.en, &message.hint.en)
        }
        Language::Vietnamese => {
            let head = match (message.event, is_critical) {
                (Event::Test, _) => "Thử",
                (Event::Resolved, _) => "Đã hết",
                (Event::Fired, true) => "Nghiêm trọng",
                (Event::Fired, false) => "Cảnh báo",
            };
            (head, &message.message.vi, &message.hint.vi)
        }
    };
    let mut lines = vec![format!("daybook · {head}: {what}")];
    if message.event == Event::Fired {
        lines.push(format!("→ {hint}"));
        lines.extend(dashboard.map(|url| format!("{url}{}", message.link_path)));
    }
    lines.join("\n")
}

/// Slack takes these three characters for markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

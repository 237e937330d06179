//! The pages under Settings, for those who may see them.

use crate::access::{Identity, Role};
use crate::web::asked::Asked;

/// Which of them is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    General,
    Users,
    Tokens,
    Alerts,
}

/// A link to one of them.
pub struct Link {
    pub href: &'static str,
    pub name: &'static str,
    pub is_current: bool,
}

/// The links that whoever asks may follow.
pub fn tabs(asked: &Asked, current: Tab) -> Vec<Link> {
    let words = asked.words;
    let is_admin = asked.identity.role() >= Role::Admin;
    let is_somebody = !matches!(asked.identity, Identity::Loopback);
    let all = [
        (Tab::General, "/settings", words.settings_general, true),
        (Tab::Users, "/settings/users", words.users, is_admin),
        (
            Tab::Tokens,
            "/settings/tokens",
            words.api_tokens,
            is_somebody,
        ),
        (Tab::Alerts, "/settings/alerts", words.alerts, is_admin),
    ];
    all.into_iter()
        .filter(|(.., may_see)| *may_see)
        .map(|(tab, href, name, _)| Link {
            href,
            name,
            is_current: tab == current,
        })
        .collect()
}

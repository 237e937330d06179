//! The marketplaces.

use std::fmt;
use std::str::FromStr;

/// A marketplace whose orders can be normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// TikTok Shop.
    Tiktok,
    /// Shopee.
    Shopee,
    /// Lazada.
    Lazada,
}

/// A name that is no marketplace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a known marketplace")]
pub struct UnknownPlatform;

impl Platform {
    /// Every marketplace.
    pub const ALL: [Self; 3] = [Self::Tiktok, Self::Shopee, Self::Lazada];

    /// The name in the database, in commands and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tiktok => "tiktok",
            Self::Shopee => "shopee",
            Self::Lazada => "lazada",
        }
    }

    /// The name for people.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Tiktok => "TikTok Shop",
            Self::Shopee => "Shopee",
            Self::Lazada => "Lazada",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    /// Reads a name as collectors write it: any case, with or without "shop", blanks, dashes or underscores.
    fn from_str(text: &str) -> Result<Self, UnknownPlatform> {
        let letters: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match letters.as_str() {
            "tiktok" | "tiktokshop" => Ok(Self::Tiktok),
            "shopee" => Ok(Self::Shopee),
            "lazada" => Ok(Self::Lazada),
            _ => Err(UnknownPlatform),
        }
    }
}

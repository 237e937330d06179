//! The same rows as a file: Excel for people, CSV for machines.

use super::address::address;
use crate::report::{Filter, Range};

/// The addresses of the files of a table.
#[derive(Debug)]
pub struct Exports {
    /// For Excel.
    pub excel: String,
    /// For other programs; with the mark at its beginning that Excel needs to read Vietnamese.
    pub csv: String,
}

impl Exports {
    /// The files of figures or orders of a range. `resource` is what the API calls them.
    pub fn new(
        resource: &str,
        range: Range,
        filter: &Filter,
        more: &[(&'static str, String)],
    ) -> Self {
        let mut pairs = vec![
            ("from", range.from().to_string()),
            ("to", range.to().to_string()),
        ];
        if !filter.platforms.is_empty() {
            let names: Vec<_> = filter.platforms.iter().map(|each| each.as_str()).collect();
            pairs.push(("platform", names.join(",")));
        }
        if let Some(shop) = &filter.shop {
            pairs.push(("shop", shop.as_option().unwrap_or_default().to_owned()));
        }
        pairs.extend_from_slice(more);
        let path = format!("/api/v1/{resource}");
        let file = |form: &[(&'static str, &str)]| {
            let mut pairs = pairs.clone();
            pairs.extend(
                form.iter()
                    .map(|(name, value)| (*name, (*value).to_owned())),
            );
            address(&path, &pairs)
        };
        Self {
            excel: file(&[("format", "xlsx")]),
            csv: file(&[("format", "csv"), ("bom", "true")]),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::Key;

    #[test]
    fn a_file_has_what_the_page_shows() {
        let filter = Filter {
            platforms: vec![order_model::Platform::Shopee],
            shop: Some(Key::Known("a b".to_owned())),
        };
        let range = Range::day(date(2026, 3, 20));
        let exports = Exports::new(
            "orders",
            range,
            &filter,
            &[("status", "pending".to_owned())],
        );
        assert_eq!(
            exports.excel,
            "/api/v1/orders?from=2026-03-20&to=2026-03-20&platform=shopee&shop=a%20b&status=pending&format=xlsx"
        );
        assert!(exports.csv.ends_with("&format=csv&bom=true"));
    }
}

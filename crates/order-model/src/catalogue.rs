//! What a marketplace's product and category documents say about categories (`platforms.md` 2.4, 3.4, 4.4). Orders name
//! products only.

use bson::RawDocument;

use crate::field::{Field, pick, text};
use crate::{Platform, Reject};

/// Something a document says about categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueFact {
    /// A product is in a category.
    Product {
        /// The marketplace's id of the product, as on order lines.
        product_id: String,
        /// The marketplace's id of the category.
        category_id: String,
    },
    /// What a category is called, and which one is above it.
    Category {
        /// The marketplace's id.
        category_id: String,
        /// Its name, in the language of the account.
        name: Option<String>,
        /// The category above; `None` at the top.
        parent_id: Option<String>,
    },
}

/// Where a marketplace keeps what.
struct Names {
    product: [&'static str; 2],
    category_of_product: [&'static str; 2],
    category: &'static str,
    parent: &'static str,
    name: [&'static str; 2],
}

fn names(platform: Platform) -> Names {
    match platform {
        Platform::Tiktok => Names {
            product: ["product_id", "id"],
            category_of_product: ["category_id", "category_id"],
            category: "id",
            parent: "parent_id",
            name: ["local_name", "name"],
        },
        Platform::Shopee => Names {
            product: ["item_id", "item_id"],
            category_of_product: ["category_id", "category_id"],
            category: "category_id",
            parent: "parent_category_id",
            name: ["display_category_name", "original_category_name"],
        },
        Platform::Lazada => Names {
            product: ["item_id", "product_id"],
            category_of_product: ["primary_category", "category_id"],
            category: "category_id",
            parent: "parent_id",
            name: ["name", "category_name"],
        },
    }
}

/// Names under which collectors keep the marketplace's own document.
const WRAPPERS: [&str; 7] = [
    "raw", "data", "product", "item", "payload", "response", "category",
];
/// A tree deeper than this is none.
const MOST_LEVELS: usize = 20;

/// What a product or category document says; empty when it is neither.
///
/// # Errors
/// The document is no valid BSON.
pub fn catalogue_facts(
    platform: Platform,
    document: &RawDocument,
) -> Result<Vec<CatalogueFact>, Reject> {
    let names = names(platform);
    let mut facts = facts_of(&names, document, 0)?;
    if facts.is_empty() {
        for wrapped in pick(document, "", WRAPPERS)? {
            if let Some(inner) = wrapped.document() {
                facts.extend(facts_of(&names, inner, 0)?);
            }
        }
    }
    Ok(facts)
}

fn facts_of(
    names: &Names,
    document: &RawDocument,
    level: usize,
) -> Result<Vec<CatalogueFact>, Reject> {
    let [product, product_too, of_product, of_product_too, chains] = pick(
        document,
        "",
        [
            names.product[0],
            names.product[1],
            names.category_of_product[0],
            names.category_of_product[1],
            "category_chains",
        ],
    )?;
    let [category, parent, name, name_too, children] = pick(
        document,
        "",
        [
            names.category,
            names.parent,
            names.name[0],
            names.name[1],
            "children",
        ],
    )?;
    let product_id = text::short_id(product).or_else(|| text::short_id(product_too));
    let (mut facts, leaf) = chain(chains)?;
    let category_id = leaf
        .or_else(|| text::short_id(of_product))
        .or_else(|| text::short_id(of_product_too));
    if let (Some(product_id), Some(category_id)) = (product_id, category_id) {
        facts.push(CatalogueFact::Product {
            product_id,
            category_id,
        });
        return Ok(facts);
    }
    let name = text::label(name).or_else(|| text::label(name_too));
    if let (Some(category_id), true) = (text::short_id(category), name.is_some()) {
        for child in children.documents()? {
            if level < MOST_LEVELS {
                let below = facts_of(names, child, level + 1)?;
                facts.extend(below.into_iter().map(|fact| under(fact, &category_id)));
            }
        }
        facts.push(CatalogueFact::Category {
            category_id,
            name,
            parent_id: text::short_id(parent),
        });
    }
    Ok(facts)
}

/// The category chain of a product, and the lowest category in it.
fn chain(chains: Field<'_>) -> Result<(Vec<CatalogueFact>, Option<String>), Reject> {
    let mut facts = Vec::new();
    let (mut leaf, mut last) = (None, None);
    for link in chains.documents()? {
        let [id, parent, is_leaf, name] = pick(
            link,
            "category_chains[]",
            ["id", "parent_id", "is_leaf", "local_name"],
        )?;
        let Some(category_id) = text::short_id(id) else {
            continue;
        };
        if is_leaf.value().and_then(|value| value.as_bool()) == Some(true) {
            leaf = Some(category_id.clone());
        }
        last = Some(category_id.clone());
        facts.push(CatalogueFact::Category {
            category_id,
            name: text::label(name),
            parent_id: text::short_id(parent),
        });
    }
    Ok((facts, leaf.or(last)))
}

/// In a tree the parent is the one around it.
fn under(fact: CatalogueFact, parent: &str) -> CatalogueFact {
    match fact {
        CatalogueFact::Category {
            category_id,
            name,
            parent_id: None,
        } => CatalogueFact::Category {
            category_id,
            name,
            parent_id: Some(parent.to_owned()),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use bson::{Document, RawDocumentBuf, doc};

    use super::*;

    fn facts(platform: Platform, document: &Document) -> Vec<CatalogueFact> {
        let raw = RawDocumentBuf::try_from(document).unwrap();
        catalogue_facts(platform, &raw).unwrap()
    }

    fn product(product_id: &str, category_id: &str) -> CatalogueFact {
        CatalogueFact::Product {
            product_id: product_id.to_owned(),
            category_id: category_id.to_owned(),
        }
    }

    fn category(category_id: &str, name: &str, parent_id: Option<&str>) -> CatalogueFact {
        CatalogueFact::Category {
            category_id: category_id.to_owned(),
            name: Some(name.to_owned()),
            parent_id: parent_id.map(str::to_owned),
        }
    }

    #[test]
    fn a_chain_of_tiktok_names_its_categories_and_the_lowest_is_the_products() {
        let document = doc! { "id": "1730000000000000001", "title": "x", "category_chains": [
            { "id": "600001", "parent_id": "0", "is_leaf": false, "local_name": "Làm đẹp" },
            { "id": "601", "parent_id": "600001", "is_leaf": true, "local_name": "Son môi" },
        ] };
        assert_eq!(
            facts(Platform::Tiktok, &document),
            [
                category("600001", "Làm đẹp", None),
                category("601", "Son môi", Some("600001")),
                product("1730000000000000001", "601"),
            ]
        );
    }

    #[test]
    fn products_are_found_under_an_envelope_and_with_numbers_of_any_type() {
        let shopee =
            doc! { "_id": 1, "data": { "item_id": 51_000_000_001_i64, "category_id": 100_017.0 } };
        assert_eq!(
            facts(Platform::Shopee, &shopee),
            [product("51000000001", "100017")]
        );
        let lazada = doc! { "item_id": 2_900_000_011_i64, "primary_category": 10_000_340 };
        assert_eq!(
            facts(Platform::Lazada, &lazada),
            [product("2900000011", "10000340")]
        );
    }

    #[test]
    fn categories_come_alone_or_as_a_tree() {
        let shopee = doc! {
            "category_id": 7, "parent_category_id": 0, "original_category_name": "Beauty", "display_category_name": "Sắc đẹp",
        };
        assert_eq!(
            facts(Platform::Shopee, &shopee),
            [category("7", "Sắc đẹp", None)]
        );
        let lazada = doc! { "category_id": 3, "name": "Thời trang", "children": [
            { "category_id": 4, "name": "Nón", "leaf": true },
        ] };
        assert_eq!(
            facts(Platform::Lazada, &lazada),
            [
                category("4", "Nón", Some("3")),
                category("3", "Thời trang", None)
            ]
        );
    }

    #[test]
    fn an_order_says_nothing_about_categories() {
        let order = doc! { "order_sn": "2603ABC", "item_list": [{ "item_id": 1 }] };
        assert_eq!(facts(Platform::Shopee, &order), []);
    }
}

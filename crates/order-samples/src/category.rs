//! Which category a product is in. No order tells it, so it is written beside the documents, as a table to be imported.

use crate::Marketplace;
use crate::catalogue::Product;

/// A category, with its ids: each marketplace has its own.
struct Category {
    name: &'static str,
    /// Place of the category above in [`CATEGORIES`].
    parent: Option<usize>,
    ids: [&'static str; 3],
}

const fn category(name: &'static str, parent: Option<usize>, ids: [&'static str; 3]) -> Category {
    Category { name, parent, ids }
}

const CATEGORIES: [Category; 9] = [
    category("Thời trang", None, ["600001", "100011", "10000335"]),
    category("Áo", Some(0), ["601226", "100047", "10000340"]),
    category("Quần & váy", Some(0), ["601265", "100104", "10000341"]),
    category("Làm đẹp", None, ["601450", "100630", "10001011"]),
    category("Son môi", Some(3), ["601583", "100661", "10001023"]),
    category("Chăm sóc da", Some(3), ["601534", "100663", "10001029"]),
    category("Điện tử", None, ["601755", "100013", "10002005"]),
    category(
        "Tai nghe; loa \"mini\"",
        Some(6),
        ["995720", "100580", "10002019"],
    ),
    // The same word as the top of another branch.
    category("Thời trang", Some(6), ["995721", "100581", "10002020"]),
];

/// Categories that products are in; the others are above them.
const OF_PRODUCTS: [usize; 6] = [1, 2, 4, 5, 7, 8];
/// Of so many products one was never put into a category.
const FORGOTTEN_EVERY: u32 = 13;

fn column(marketplace: Marketplace) -> usize {
    match marketplace {
        Marketplace::Tiktok => 0,
        Marketplace::Shopee => 1,
        Marketplace::Lazada => 2,
    }
}

/// The id of the category that a product is in.
pub(crate) fn of_product(product: Product, marketplace: Marketplace) -> Option<&'static str> {
    if product.number() % FORGOTTEN_EVERY == 5 {
        return None;
    }
    let place = OF_PRODUCTS[product.number() as usize % OF_PRODUCTS.len()];
    Some(CATEGORIES[place].ids[column(marketplace)])
}

/// The table as a CSV file: names first, then products.
pub(crate) fn table() -> String {
    let mut table = "platform,product_id,category_id,category_name,parent_id\n".to_owned();
    for marketplace in Marketplace::ALL {
        let id = |place: usize| CATEGORIES[place].ids[column(marketplace)];
        for (place, category) in CATEGORIES.iter().enumerate() {
            let name = category.name.replace('"', "\"\"");
            let parent = category.parent.map(id).unwrap_or_default();
            table += &format!(
                "{},,{},\"{name}\",{parent}\n",
                marketplace.name(),
                id(place)
            );
        }
        for product in Product::all() {
            if let Some(category) = of_product(product, marketplace) {
                let product = product.id(marketplace);
                table += &format!("{},{product},{category},,\n", marketplace.name());
            }
        }
    }
    table
}

//! What is to be imported, put together from rows or documents in any order.

use std::collections::BTreeMap;
use std::fmt;

use order_model::{CatalogueFact, Platform};

use super::CategoriesError;

/// How many problems are shown.
const SHOWN: usize = 5;

/// Products and categories, each once.
#[derive(Debug, Default)]
pub struct Catalogue {
    products: BTreeMap<(Platform, String), String>,
    categories: BTreeMap<(Platform, String), CategoryNames>,
    problems: Vec<Problem>,
    problem_count: usize,
}

/// What a category is called, and which is above it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryNames {
    /// Its name; `None` when it is not told.
    pub name: Option<String>,
    /// The category above; `None` at the top, or when it is not told.
    pub parent_id: Option<String>,
}

/// Something that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is, such as `line 7`.
    pub place: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl Catalogue {
    /// Adds what a row or document says.
    pub fn add(&mut self, platform: Platform, fact: CatalogueFact, place: &str) {
        match fact {
            CatalogueFact::Product {
                product_id,
                category_id,
            } => {
                let known = self
                    .products
                    .entry((platform, product_id.clone()))
                    .or_insert_with(|| category_id.clone());
                if *known != category_id {
                    let problem = format!(
                        "product {product_id} of {platform} is in category {known} as well as in {category_id}"
                    );
                    self.refuse(place, problem);
                }
            }
            CatalogueFact::Category {
                category_id,
                parent_id,
                ..
            } if parent_id.as_ref() == Some(&category_id) => {
                self.refuse(
                    place,
                    format!("category {category_id} is its own parent_id"),
                );
            }
            CatalogueFact::Category {
                category_id,
                name,
                parent_id,
            } => {
                let known = self.categories.entry((platform, category_id)).or_default();
                // The same category comes with every product in it; what one leaves out another may tell.
                known.name = name.or(known.name.take());
                known.parent_id = parent_id.or(known.parent_id.take());
            }
        }
    }

    /// Notes something that cannot be imported.
    pub fn refuse(&mut self, place: &str, problem: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < SHOWN {
            self.problems.push(Problem {
                place: place.to_owned(),
                problem: problem.into(),
            });
        }
    }

    /// All of it, if all of it can be imported.
    ///
    /// # Errors
    /// There are problems, or nothing to import.
    pub fn checked(self, place: &str) -> Result<Self, CategoriesError> {
        let place = place.to_owned();
        if self.problem_count > 0 {
            return Err(CategoriesError::Rows {
                place,
                count: self.problem_count,
                problems: self.problems,
            });
        }
        if self.products.is_empty() && self.categories.is_empty() {
            return Err(CategoriesError::Nothing { place });
        }
        Ok(self)
    }

    /// Products with their categories, in order.
    pub fn products(&self) -> &BTreeMap<(Platform, String), String> {
        &self.products
    }

    /// Categories with their names, in order.
    pub fn categories(&self) -> &BTreeMap<(Platform, String), CategoryNames> {
        &self.categories
    }
}

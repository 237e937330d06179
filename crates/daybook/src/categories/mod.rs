//! Which category a product is in: imported from a file or from the marketplaces' product data, and exported again.
//!
//! Nothing is imported unless all of it can be. Figures follow within the transaction of the import, by the triggers of
//! `migrations/V9__categories.sql`.

mod catalogue;
mod csv_file;
mod documents;
mod store;

pub use self::catalogue::{Catalogue, Problem};
pub use self::csv_file::{read as read_csv, write as write_csv};
pub use self::documents::read as read_documents;
pub use self::store::{Imported, export, import, without_category};

/// The problems of an import, when there are any.
#[derive(Debug, thiserror::Error)]
pub enum CategoriesError {
    /// The file cannot be opened or written.
    #[error("{place} cannot be {action}: {problem}")]
    File {
        /// The file.
        place: String,
        /// Read or written.
        action: &'static str,
        /// Why.
        problem: String,
    },
    /// The first line of a CSV file does not name the columns.
    #[error("{place} does not name its columns in the first line: {problem}")]
    Header {
        /// The file.
        place: String,
        /// What is missing.
        problem: String,
    },
    /// Rows that would have to be guessed.
    #[error("{} of {place} cannot be imported, so nothing was: {}", rows(*.count), shown(.problems, *.count))]
    Rows {
        /// The file or collection.
        place: String,
        /// How many there are.
        count: usize,
        /// The first of them.
        problems: Vec<Problem>,
    },
    /// There is nothing to import.
    #[error("{place} holds no product with a category, and no category with a name")]
    Nothing {
        /// The file or collection.
        place: String,
    },
}

impl CategoriesError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "check the path and its rights",
            Self::Header { .. } => {
                "write for example: platform,product_id,category_id,category_name,parent_id; `daybook categories export` \
                 shows the form"
            }
            Self::Rows { .. } => "mend the rows and import again",
            Self::Nothing { .. } => {
                "give a CSV file, a dump file, or the name of a collection with product documents; --platform names \
                 the marketplace where the name does not"
            }
        }
    }
}

fn rows(count: usize) -> String {
    crate::cli::table::plural(count as u64, "row", "rows")
}

fn shown(problems: &[Problem], count: usize) -> String {
    let mut text: Vec<_> = problems.iter().map(ToString::to_string).collect();
    if count > problems.len() {
        text.push(format!("and {} more", count - problems.len()));
    }
    text.join("; ")
}

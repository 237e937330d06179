//! `daybook categories`: which category a product is in.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use order_model::Platform;
use serde::Serialize;

use super::Exit;
use super::output::Output;
use super::table::plural;
use crate::app::App;
use crate::categories::{self, Imported};
use crate::error::Error;
use crate::runs::Run;

/// Which category a product is in: no order tells it, so it is imported
#[derive(Debug, Args)]
pub struct Categories {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Import a CSV file, a dump file, or a MongoDB collection of product or category documents; figures follow at once
    ///
    /// A CSV file names its columns in the first line: platform, product_id, category_id, category_name, parent_id, in any
    /// order; category_id alone is needed, and platform unless --platform is given. A row with a product_id puts the product
    /// into the category; a row without one names the category. Commas, semicolons or tabs, in UTF-8.
    Import {
        /// File, or name of a collection in the configured MongoDB
        #[arg(value_name = "FILE|COLLECTION")]
        from: String,
        /// Marketplace of rows and documents that do not name theirs
        #[arg(long, value_name = "NAME")]
        platform: Option<Platform>,
        /// Take the category from products of these marketplaces that are not in the import
        #[arg(long)]
        replace: bool,
    },
    /// Write what is stored as a CSV file that can be edited and imported again
    Export {
        /// File; without it, to the standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Only this marketplace
        #[arg(long, value_name = "NAME")]
        platform: Option<Platform>,
        /// Only products that were ordered and are in no category yet, with the category to be filled in
        #[arg(long)]
        missing: bool,
    },
}

/// The result of an import, as `--format json` prints it and `job_runs` keeps it.
#[derive(Debug, Serialize)]
struct ImportResult {
    from: String,
    #[serde(flatten)]
    imported: Imported,
}

/// Files that are read as CSV.
const CSV_ENDINGS: [&str; 3] = ["csv", "tsv", "txt"];

impl Categories {
    pub async fn run(self, app: &App, output: &Output) -> Result<Exit, Error> {
        match self.action {
            Action::Import {
                from,
                platform,
                replace,
            } => import(app, output, from, platform, replace).await,
            Action::Export {
                out,
                platform,
                missing,
            } => export(app, out.as_deref(), platform, missing).await,
        }
    }
}

async fn import(
    app: &App,
    output: &Output,
    from: String,
    platform: Option<Platform>,
    replace: bool,
) -> Result<Exit, Error> {
    let run = Run::start(app, "categories import").await?;
    let work = async {
        let path = Path::new(&from);
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_csv = ending.is_some_and(|ending| {
            CSV_ENDINGS
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        });
        let catalogue = if is_csv {
            categories::read_csv(path, platform)?
        } else {
            categories::read_documents(&app.config, &from, platform).await?
        };
        let mut client = app.database.connect().await?;
        let imported = categories::import(&mut client, &catalogue, replace).await?;
        Ok((ImportResult { from, imported }, Exit::Clean))
    };
    let work = work.await;
    let (result, exit) = run.finish(work).await?;
    output.print(&result, ImportResult::text);
    Ok(exit)
}

impl ImportResult {
    fn text(&self) -> String {
        let Imported {
            products,
            products_new,
            products_moved,
            products_removed,
            categories_changed,
            days,
            first_day,
            last_day,
        } = &self.imported;
        let figures = match (first_day, last_day) {
            (Some(first), Some(last)) => format!(
                "figures of {} followed, {first} to {last}",
                plural(*days, "day", "days")
            ),
            _ => "no figure had to follow".to_owned(),
        };
        format!(
            "{}: {products_new} new, {products_moved} moved, {products_removed} removed; {} named; {figures}",
            plural(*products, "product", "products"),
            plural(*categories_changed, "category", "categories"),
        )
    }
}

async fn export(
    app: &App,
    out: Option<&Path>,
    platform: Option<Platform>,
    missing: bool,
) -> Result<Exit, Error> {
    let client = app.connect().await?;
    let exported = if missing {
        categories::without_category(&client, platform).await?
    } else {
        categories::export(&client, platform).await?
    };
    let place = out.map_or("the standard output".into(), |path| {
        path.display().to_string()
    });
    let unwritable = |problem: String| categories::CategoriesError::File {
        place: place.clone(),
        action: "written",
        problem,
    };
    match out {
        Some(path) => {
            let file =
                std::fs::File::create(path).map_err(|error| unwritable(error.to_string()))?;
            categories::write_csv(&exported, file)
                .map_err(|error| unwritable(error.to_string()))?;
        }
        None => categories::write_csv(&exported, std::io::stdout().lock())
            .map_err(|error| unwritable(error.to_string()))?,
    }
    Ok(Exit::Clean)
}

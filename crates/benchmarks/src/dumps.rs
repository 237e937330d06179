//! Generated orders in dump files.

use tempfile::TempDir;

/// Writes about so many orders, of so many days, as dump files. They go with the folder.
///
/// # Errors
/// They cannot be written.
pub fn generate(orders: u64, days: u32) -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let until = jiff::civil::date(2026, 10, 31).at(23, 0, 0, 0);
    let plan = order_samples::Plan::ending(orders, days, 1, until, "Asia/Ho_Chi_Minh", "VND");
    order_samples::write(&plan, folder.path(), &mut |_| {})?;
    Ok(folder)
}

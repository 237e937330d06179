//! Keeps results in `benches/results/`, as JSON.

use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use crate::machine::Circumstances;

#[derive(Serialize)]
struct Kept<'a, T> {
    benchmark: &'a str,
    circumstances: &'a Circumstances,
    #[serde(flatten)]
    result: &'a T,
}

/// Writes a result, and says where.
pub fn keep(
    benchmark: &str,
    circumstances: &Circumstances,
    result: &impl Serialize,
) -> anyhow::Result<()> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../benches/results");
    let day = circumstances.at.get(..10).unwrap_or("undated");
    let path = folder.join(format!("{day}-{benchmark}.json"));
    let text = serde_json::to_string_pretty(&Kept {
        benchmark,
        circumstances,
        result,
    })?;
    std::fs::write(&path, text + "\n")
        .with_context(|| format!("{} cannot be written", path.display()))?;
    println!("kept in benches/results/{day}-{benchmark}.json");
    Ok(())
}

/// The middle one of some measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value that a share of the measurements, sorted before, does not exceed; to a thousandth.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1) as f64;
    let value = sorted.get((last * share) as usize).copied();
    value.map_or(f64::NAN, thousandths)
}

/// A measurement without digits that mean nothing.
pub fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

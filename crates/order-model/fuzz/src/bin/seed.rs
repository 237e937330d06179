//! Writes the fixtures as the first corpus of both targets.

use std::error::Error;
use std::fs;
use std::path::Path;

use order_model::{Platform, document_from_json};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let [bson, json] = ["normalise", "json"].map(|target| root.join("corpus").join(target));
    fs::create_dir_all(&bson)?;
    fs::create_dir_all(&json)?;
    for (pick, platform) in (0_u8..).zip(Platform::ALL) {
        for file in fs::read_dir(root.join("../fixtures").join(platform.as_str()))? {
            let path = file?.path();
            let case = path.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{platform}-{case}");
            let fixture: serde_json::Value = serde_json::from_slice(&fs::read(&path)?)?;
            let text = fixture["raw"].to_string();
            let document = document_from_json(text.as_bytes())?;
            fs::write(json.join(&name), text)?;
            fs::write(bson.join(&name), [&[pick], document.as_bytes()].concat())?;
        }
    }
    Ok(())
}

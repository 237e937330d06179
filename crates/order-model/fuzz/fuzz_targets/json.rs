//! Extended JSON as text, for every marketplace.

#![no_main]

use libfuzzer_sys::fuzz_target;
use order_model::{Platform, document_from_json};

fuzz_target!(|text: &[u8]| {
    if let Ok(document) = document_from_json(text) {
        for platform in Platform::ALL {
            order_model_fuzz::check(platform, &document);
        }
    }
});

//! A byte that picks the marketplace, then BSON.

#![no_main]

use bson::RawDocumentBuf;
use libfuzzer_sys::fuzz_target;
use order_model::Platform;

fuzz_target!(|data: &[u8]| {
    let [pick, bytes @ ..] = data else { return };
    let platform = Platform::ALL[usize::from(*pick) % Platform::ALL.len()];
    let mut bytes = bytes.to_vec();
    // A wrong length is found at once, so the fuzzer is spared finding a right one.
    if let (Ok(length), Some(frame)) = (i32::try_from(bytes.len()), bytes.first_chunk_mut()) {
        *frame = length.to_le_bytes();
    }
    if let Ok(document) = RawDocumentBuf::from_bytes(bytes) {
        order_model_fuzz::check(platform, &document);
    }
});

//! The same plan gives the same files, another seed gives others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bson::RawDocumentBuf;
use order_samples::{Documents, Expected, Plan, write};

use crate::plan;

fn files(plan: &Plan) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    write(plan, folder.path(), &mut |_| {}).unwrap();
    read(folder.path())
}

fn read(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

#[test]
fn written_twice() {
    assert!(files(&plan(3_000, 30)) == files(&plan(3_000, 30)));
}

#[test]
fn but_not_with_another_seed() {
    let other = Plan {
        seed: 8,
        ..plan(300, 30)
    };
    assert!(files(&plan(300, 30)) != files(&other));
}

/// What people have measured with must be the same in later versions. Where a change is meant to
/// change the documents, these sums change with it.
#[test]
fn in_every_version() {
    let sum = |bytes: &[u8]| {
        // FNV-1a: simple enough to stand here.
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
    };
    let files = files(&plan(500, 10));
    let dumps = files.iter().filter(|(name, _)| name.ends_with(".bson"));
    let sums: Vec<_> = dumps
        .map(|(name, bytes)| (name.as_str(), format!("{:016x}", sum(bytes))))
        .collect();
    let known = [
        ("lazada_orders.bson", "57c90dbec53f9513"),
        ("shopee_orders.bson", "535a0e4d68877ac7"),
        ("tiktok_orders.bson", "61ef1a100d506fb8"),
    ];
    assert_eq!(sums, known.map(|(name, sum)| (name, sum.to_owned())));
}

#[test]
fn written_or_handed_over() {
    let plan = plan(3_000, 30);
    let written = files(&plan);
    let expected: Expected = serde_json::from_slice(&written["expected.json"]).unwrap();
    assert_eq!(expected.plan, plan);

    let mut handed: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let (mut rows, mut quarantine) = (Vec::new(), Vec::new());
    for order in Documents::of(&plan) {
        for sample in order.samples {
            let bytes = RawDocumentBuf::try_from(sample.document)
                .unwrap()
                .into_bytes();
            handed
                .entry(format!("{}.bson", sample.collection))
                .or_default()
                .push(bytes);
        }
        rows.extend(order.expected);
        quarantine.extend(order.quarantined);
    }
    // Files have some documents of an order apart from the others.
    for (name, mut documents) in handed {
        let mut stored = split(&written[&name]);
        documents.sort();
        stored.sort();
        assert!(documents == stored, "{name}");
    }
    rows.sort_by(|a, b| (a.platform, &a.order_code).cmp(&(b.platform, &b.order_code)));
    assert_eq!(rows, expected.order_rows);
    assert_eq!(quarantine, expected.quarantine);
}

/// Documents stand one after the other, each beginning with its length.
fn split(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut documents = Vec::new();
    while let Some(length) = bytes.first_chunk() {
        let length = usize::try_from(i32::from_le_bytes(*length)).unwrap();
        documents.push(bytes[..length].to_vec());
        bytes = &bytes[length..];
    }
    documents
}

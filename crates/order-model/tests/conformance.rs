//! The same suite for every marketplace: each has the same fixtures, and each document becomes what its fixture says.

#![allow(missing_docs, reason = "a test binary has no documentation")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fixture;

use std::collections::BTreeSet;
use std::fs;

use order_model::Platform;

use self::fixture::{CASES, Fixture, PERSONAL_MARKER, folder, outcome, rules};

#[test]
fn every_marketplace_has_a_fixture_of_every_case_and_no_other_file() {
    let mut faults = Vec::new();
    let wanted: BTreeSet<String> = CASES.iter().map(|case| format!("{case}.json")).collect();
    for platform in Platform::ALL {
        let folder = folder(platform);
        let found: BTreeSet<String> = match fs::read_dir(&folder) {
            Ok(files) => files
                .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
                .collect(),
            Err(error) => {
                faults.push(format!(
                    "{platform} has no folder {}: {error}",
                    folder.display()
                ));
                continue;
            }
        };
        for missing in wanted.difference(&found) {
            faults.push(format!("{platform} lacks {missing}"));
        }
        for unknown in found.difference(&wanted) {
            faults.push(format!(
                "{platform} holds {unknown}, which is no case of tests/fixture"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_document_becomes_what_its_fixture_says() {
    let mut faults = Vec::new();
    for fixture in Fixture::all() {
        for reading in &fixture.readings {
            let actual = outcome(&fixture.normalise(reading, &rules()));
            if actual != reading.expected {
                faults.push(format!(
                    "{}/{}{}\nexpected {:#}\nactual {actual:#}",
                    fixture.platform,
                    fixture.case,
                    match reading.companions {
                        Some(_) => " with companions",
                        None => "",
                    },
                    reading.expected,
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Orders, rejects and warnings are stored, logged and shown, so nothing personal may be in them, in no form.
#[test]
fn nothing_personal_is_told_of_any_document() {
    for fixture in Fixture::all() {
        let name = format!("{}/{}", fixture.platform, fixture.case);
        assert!(
            fixture.text.contains(PERSONAL_MARKER),
            "{name} has no personal field, so it proves nothing"
        );
        for reading in &fixture.readings {
            let result = fixture.normalise(reading, &rules());
            let mut told = format!("{result:?} {}", reading.expected);
            match result {
                Ok(normalised) => {
                    for warning in &normalised.warnings {
                        told += &warning.describe();
                    }
                }
                Err(reject) => told += &reject.to_string(),
            }
            assert!(
                !told.contains(PERSONAL_MARKER),
                "{name} tells something personal"
            );
        }
        let paths = order_model::key_paths(&fixture.document).join(" ");
        assert!(!paths.contains(PERSONAL_MARKER), "{name}");
    }
}

#[test]
fn buyer_ids_can_be_switched_off() {
    let mut rules = rules();
    rules.keep_customer_id = false;
    for fixture in Fixture::all() {
        for reading in &fixture.readings {
            if let Ok(normalised) = fixture.normalise(reading, &rules) {
                assert_eq!(
                    normalised.order.customer_id, None,
                    "{}/{}",
                    fixture.platform, fixture.case
                );
            }
        }
    }
}

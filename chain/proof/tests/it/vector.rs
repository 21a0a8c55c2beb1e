//! Compares the verifier's verdicts with the vectors under `vectors/`, which every implementation of the verifier must
//! reach. The test builds the vectors again and compares them. With `WAYMARK_BLESS=1` in the environment it writes
//! them.

pub(crate) mod ancestry;
mod anchor;
pub(crate) mod epoch;
mod number;
mod signature;
mod slice;
mod tampered;
mod version;
pub(crate) mod whole;

use chain_proof::{Anchor, Report, report::StreamReport, verify_knowing};
use chain_types::Versions;
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

#[derive(Serialize)]
pub(crate) struct Vector {
    name: String,
    bundle: Value,
    anchor: Option<Value>,
    /// Whether the reader requires an anchor.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    require_anchor: bool,
    /// The protocol versions that the verifier knows. `None` for those of this build.
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<Vec<u16>>,
    expect: Expectation,
}

#[derive(Serialize)]
struct Expectation {
    verdict: &'static str,
    step: Option<&'static str>,
    /// The contents of the verified stream. `None` unless verified and with a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<StreamReport>,
}

impl Vector {
    fn new(name: &str, bundle: Value, verdict: &'static str, step: Option<&'static str>) -> Self {
        let expect = Expectation { verdict, step, stream: None };
        Self { name: name.to_owned(), bundle, anchor: None, require_anchor: false, versions: None, expect }
    }

    fn requiring_anchor(self) -> Self {
        Self { require_anchor: true, ..self }
    }

    fn with_anchor(mut self, anchor: &Anchor) -> Self {
        self.anchor = Some(serde_json::from_slice(&anchor.to_json()).expect("an anchor is JSON"));
        self
    }

    fn verify(&self) -> Report {
        let anchor = self.anchor.as_ref().map(|anchor| {
            Anchor::parse(anchor.to_string().as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", self.name))
        });
        let versions = if self.versions.is_some() { version::BOTH } else { Versions::KNOWN };
        let report = verify_knowing(versions, self.bundle.to_string().as_bytes(), anchor.as_ref());
        if self.require_anchor { report.requiring_anchor() } else { report }
    }
}

fn all() -> Vec<Vector> {
    let mut vectors = whole::vectors();
    vectors.extend(tampered::vectors());
    vectors.extend(slice::vectors());
    vectors.extend(number::vectors());
    vectors.extend(signature::vectors());
    vectors.extend(epoch::vectors());
    vectors.extend(anchor::vectors());
    vectors.extend(ancestry::vectors());
    vectors.extend(version::vectors());
    for vector in &mut vectors {
        vector.expect.stream = vector.verify().stream;
    }
    vectors
}

#[test]
fn every_vector_gets_its_verdict_at_its_step() {
    let vectors = all();
    let names: BTreeSet<_> = vectors.iter().map(|vector| &vector.name).collect();
    assert_eq!(names.len(), vectors.len(), "names are distinct");
    for vector in vectors {
        let report = vector.verify();
        let found = (report.verdict.word(), report.step.map(chain_proof::Step::word));
        assert_eq!(found, (vector.expect.verdict, vector.expect.step), "{}: {:?}", vector.name, report.detail);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test decides whether it writes the files")]
fn the_files_are_these_vectors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let blessed = std::env::var_os("WAYMARK_BLESS").is_some_and(|value| value == "1");
    let mut expected = BTreeSet::new();
    for vector in all() {
        let mut text = serde_json::to_string_pretty(&vector).expect("a vector is JSON");
        text.push('\n');
        let path = folder.join(format!("{}.json", vector.name));
        if blessed {
            fs::write(&path, &text).expect("the folder can be written");
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{} has changed; WAYMARK_BLESS=1 rewrites it", path.display());
        expected.insert(path);
    }
    let files = fs::read_dir(&folder).expect("the folder can be read");
    for file in files {
        let path = file.expect("the folder can be read").path();
        assert!(expected.contains(&path), "{} belongs to no vector", path.display());
    }
}

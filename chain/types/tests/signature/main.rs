//! Compares the ledger's verdict on each row of `chain/types/vectors/signatures.json`, alone and in batches [P1,
//! signatures]. The browser's verifier and `script/signatures.py` are tested with the same file. With `WAYMARK_BLESS=1`
//! in the environment the test writes the file.

mod crafted;
mod published;
mod row;
mod rule;

use chain_types::{
    PublicKey,
    signature::{Claim, verify, verify_batch, verify_each, verify_each_fixed, verify_fixed_batch},
};
use rand::SeedableRng as _;
use row::{NAMESPACE, Row};
use std::{collections::BTreeSet, fs, path::PathBuf};

impl Row {
    pub(crate) fn new(
        name: impl Into<String>,
        accepted: bool,
        key: [u8; 32],
        message: &[u8],
        signature: [u8; 64],
    ) -> Self {
        let [message, signature] = [message, &[&[1], &signature[..]].concat()].map(hex::encode);
        Self { name: name.into(), key: PublicKey::Ed25519(key).to_string(), message, signature, accepted }
    }
}

fn rows() -> Vec<Row> {
    published::rows().chain(crafted::rows()).collect()
}

/// The rows over messages that members sign.
fn claims() -> Vec<(Row, Claim)> {
    rows().into_iter().filter_map(|row| row.claim().map(|claim| (row, claim))).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test decides whether it writes the file")]
fn the_file_holds_these_rows() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/signatures.json");
    let rows = rows();
    let names: BTreeSet<_> = rows.iter().map(|row| &row.name).collect();
    assert_eq!(names.len(), rows.len(), "names are distinct");
    let text = serde_json::to_string_pretty(&rows).expect("rows are JSON") + "\n";
    if std::env::var_os("WAYMARK_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &text).expect("the file can be written");
    }
    assert!(fs::read_to_string(&path).is_ok_and(|found| found == text), "WAYMARK_BLESS=1 rewrites {}", path.display());
}

#[test]
fn each_row_alone_gets_its_verdict() {
    for row in rows() {
        let (key, message, signature) = row.raw();
        assert_eq!(rule::accepts(&key, &message, &signature), row.accepted, "the rule: {}", row.name);
    }
    for (row, claim) in claims() {
        assert_eq!(verify(NAMESPACE, &claim), row.accepted, "{}", row.name);
    }
}

#[test]
fn each_row_gets_the_same_verdict_in_a_batch() {
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    let claims = claims();
    let good: Vec<_> = claims.iter().filter(|(row, _)| row.accepted).map(|(_, claim)| *claim).collect();
    assert!(verify_batch(NAMESPACE, &good, &mut rng) && verify_fixed_batch(NAMESPACE, &good));
    for (row, claim) in &claims {
        for batch in [&[*claim][..], &[good[0], *claim, good[0]], &[*claim, *claim]] {
            assert_eq!(verify_batch(NAMESPACE, batch, &mut rng), row.accepted, "{} of {}", row.name, batch.len());
            assert_eq!(verify_fixed_batch(NAMESPACE, batch), row.accepted, "{} of {}", row.name, batch.len());
        }
    }
}

#[test]
fn exactly_the_invalid_signatures_of_a_batch_are_found() {
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    let (rows, claims): (Vec<_>, Vec<_>) = claims().into_iter().unzip();
    for found in [verify_each(NAMESPACE, &claims, &mut rng), verify_each_fixed(NAMESPACE, &claims)] {
        assert_eq!(found.len(), rows.len());
        let wrong: Vec<_> = rows.iter().zip(found).filter(|(row, found)| row.accepted != *found).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

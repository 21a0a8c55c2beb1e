//! Transactions, blocks, evidence bundles, anchors and sealed bodies. What decodes encodes to the same bytes.

use chain_proof::{Anchor, verify};
use chain_seal::RecordKey;
use chain_types::{Body, FinalBlock, Transaction, codec};
use fuzz::{Target, fuzz_from};
use std::{fs, path::PathBuf};

fn target(name: &str) -> Target<'_> {
    Target { name, words: &[], examples: &[], base_us: 20_000, byte_ns: 1_000 }
}

fn chain() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../chain")
}

/// The frozen encodings whose names begin with `name`.
fn encodings(name: &str) -> Vec<Vec<u8>> {
    let text = fs::read_to_string(chain().join("types/tests/frozen/encodings.txt")).expect("the frozen encodings");
    let lines = text.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.split(' ').nth(1));
    let decoded: Vec<_> = lines.map(|digits| hex::decode(digits).expect("hexadecimal digits")).collect();
    assert!(!decoded.is_empty(), "no encoding of {name}");
    decoded
}

/// A member of the vectors of the verifier, as JSON.
fn vectors(member: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(chain().join("proof/vectors"))
        .expect("the vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| -> Option<Vec<u8>> {
        let vector: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        vector.get(member).filter(|part| part.is_object()).map(|part| part.to_string().into_bytes())
    };
    let parts: Vec<_> = paths.iter().step_by(7).filter_map(read).collect();
    assert!(parts.len() > 3, "{member}: {}", parts.len());
    parts
}

/// Decodes a value; what decodes must encode to the same bytes.
fn round<T: borsh::BorshDeserialize + borsh::BorshSerialize>(input: &[u8]) -> Result<T, String> {
    let value: T = codec::decode("a value", input).map_err(|error| error.to_string())?;
    assert_eq!(codec::encode(&value), input, "the encoding is canonical");
    Ok(value)
}

#[test]
fn transaction() {
    fuzz_from(&target("transaction"), encodings("transaction "), |input| {
        round::<Transaction>(input).map_or_else(|error| error, |it| format!("{}", it.entries.len().min(9)))
    });
}

#[test]
fn final_block() {
    fuzz_from(&target("final_block"), encodings("final_block "), |input| {
        round::<FinalBlock>(input).map_or_else(|error| error, |_| "a block".to_owned())
    });
}

fn ciphertext(body: &Body) -> Option<&[u8]> {
    match body {
        Body::Sealed { ciphertext, .. } => Some(ciphertext),
        Body::Public(_) => None,
    }
}

#[test]
fn sealed_body() {
    let key = RecordKey::from_bytes([5; 32]);
    let document = br#"{"event":{"a":[1,2.50,null,{"b":"c"}],"quantity":12.5}}"#;
    let sealed = chain_seal::seal(document, &key).expect("it can be sealed");
    let mut seeds = encodings("body_");
    seeds.push(codec::encode(&sealed));
    fuzz_from(&target("sealed_body"), seeds, |input| match round::<Body>(input) {
        Ok(body) => match chain_seal::open(&body, &key) {
            Ok(opened) => {
                // The commitment is not sealed; a verifier compares it with the ledger.
                let is_other = ciphertext(&body).is_some_and(|bytes| Some(bytes) != ciphertext(&sealed));
                assert!(!is_other, "another sealed body opens");
                format!("opens {}", opened.len().min(9))
            }
            Err(error) => error.to_string(),
        },
        Err(error) => error,
    });
}

#[test]
fn sealed_document() {
    let key = RecordKey::from_bytes([5; 32]);
    let words = ["\"a\":", "[1,", "{\"b\":", "1e400", "0.10"];
    let target = Target { words: &words, byte_ns: 20_000, ..target("sealed_document") };
    let seeds = vec![br#"{"event":{"a":[1,2.50,null,{"b":"c"}],"quantity":12.5}}"#.to_vec()];
    fuzz_from(&target, seeds, |input| match chain_seal::seal(input, &key) {
        Ok(body) => {
            let opened = chain_seal::open(&body, &key).expect("what was sealed opens");
            let fields = chain_seal::fields(&opened, &key).expect("what was sealed has fields");
            format!("{}", fields.len().min(9))
        }
        Err(error) => error.to_string(),
    });
}

#[test]
fn anchor() {
    let words = ["\"chain_id\":", "\"genesis\":", "\"hand_over\":", "\"version\":2", "\"validators\":["];
    let target = Target { words: &words, base_us: 100_000, byte_ns: 5_000, ..target("anchor") };
    fuzz_from(&target, vectors("anchor"), |input| match Anchor::parse(input) {
        Ok(anchor) => {
            let again = Anchor::parse(&anchor.to_json()).expect("what is written can be read");
            assert_eq!(again, anchor);
            "an anchor".to_owned()
        }
        Err(error) => error.to_string().chars().take(40).collect(),
    });
}

#[test]
fn bundle() {
    let words = ["\"record\":", "\"stream\":", "\"block\":", "\"path\":[", "\"fields\":[", "\"hand_overs\":[", "AAAA"];
    let target = Target { words: &words, base_us: 200_000, byte_ns: 10_000, ..target("bundle") };
    fuzz_from(&target, vectors("bundle"), |input| {
        let report = verify(input, None);
        format!("{:?} {:?}", report.verdict, report.steps.last().map(|step| (step.step, step.ok)))
    });
}

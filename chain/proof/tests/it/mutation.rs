//! Every change of a bundle (evidence file) is detected: of each byte of each value, each name and the text. The
//! verdict is never `verified` unless the JSON is equal to the original.

use crate::{
    vector::{ancestry::descended, epoch::Story, whole::complete},
    world::World,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chain_proof::{Verdict, verify};
use proptest::prelude::*;
use serde_json::Value;

fn whole() -> Value {
    serde_json::from_slice(&complete(&World::new(&[1])).to_json()).expect("a bundle is JSON")
}

/// A bundle of a later epoch, with the pointers into its hand-over. The certificate holds exactly a quorum, because a
/// signature beyond the quorum may be invalid without effect.
fn handed_over() -> (Value, Vec<String>) {
    let mut bundle = Story::new().short();
    for hand_over in bundle.hand_overs.iter_mut().flatten() {
        hand_over.block.certificate.signatures.truncate(3);
    }
    let whole: Value = serde_json::from_slice(&bundle.to_json()).expect("a bundle is JSON");
    let mut within = Vec::new();
    pointers(&whole["hand_overs"], "/hand_overs", &mut within);
    (whole, within)
}

/// Collects the JSON pointers of all values below one.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), out));
        }
        _ => {}
    }
}

fn verdict(value: &Value) -> Verdict {
    verify(value.to_string().as_bytes(), None).verdict
}

#[test]
fn every_byte_of_every_text_counts() {
    let whole = whole();
    let mut all = Vec::new();
    pointers(&whole, "", &mut all);
    change_texts(&whole, all);
}

#[test]
fn every_byte_of_every_text_of_a_hand_over_counts() {
    let (whole, within) = handed_over();
    change_texts(&whole, within);
}

fn change_texts(whole: &Value, pointers: Vec<String>) {
    assert_eq!(verdict(whole), Verdict::Verified);
    for pointer in pointers {
        let Some(Value::String(text)) = whole.pointer(&pointer) else { continue };
        let mut variants: Vec<String> = Vec::new();
        if let Ok(bytes) = STANDARD.decode(text) {
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << (at % 8);
                variants.push(STANDARD.encode(changed));
            }
            variants.push(STANDARD.encode(&bytes[..bytes.len().saturating_sub(1)]));
            variants.push(STANDARD.encode([&bytes[..], &[0]].concat()));
        }
        for (at, character) in text.char_indices() {
            let other = if character == 'x' { 'y' } else { 'x' };
            let rest = &text[at + character.len_utf8()..];
            variants.push(format!("{}{other}{rest}", &text[..at]));
            variants.push(format!("{}{rest}", &text[..at]));
        }
        variants.push(format!("{text} "));
        for variant in variants {
            if variant == *text {
                continue;
            }
            let mut changed = whole.clone();
            *changed.pointer_mut(&pointer).expect("the pointer was found in this bundle") =
                Value::String(variant.clone());
            assert_ne!(verdict(&changed), Verdict::Verified, "{pointer} = {variant:?}");
        }
    }
}

#[test]
fn every_byte_of_every_text_of_a_block_without_certificate_counts() {
    let whole: Value = serde_json::from_slice(&descended().to_json()).expect("a bundle is JSON");
    let mut within = Vec::new();
    pointers(&whole["block"], "/block", &mut within);
    change_texts(&whole, within);
}

#[test]
fn every_value_has_a_fixed_type() {
    let whole = whole();
    let mut all = Vec::new();
    pointers(&whole, "", &mut all);
    change_values(&whole, all);
    let (whole, within) = handed_over();
    change_values(&whole, within);
}

fn change_values(whole: &Value, pointers: Vec<String>) {
    let strangers = ["null", "true", "0", "1", "-1", "1.5", "\"\"", "[]", "{}"]
        .map(|text| serde_json::from_str::<Value>(text).expect("the value is JSON"));
    // Without these a bundle claims less, and the remaining claims are still true.
    let optional = |pointer: &str, value: &Value| {
        let is_optional = ["/subject", "/stream", "/stream/records"].contains(&pointer)
            || pointer.starts_with("/stream/records/") && pointer.matches('/').count() == 3
            || pointer.ends_with("/body/fields");
        value.is_null() && is_optional
    };
    for pointer in pointers {
        for stranger in &strangers {
            let mut changed = whole.clone();
            *changed.pointer_mut(&pointer).expect("the pointer was found in this bundle") = stranger.clone();
            if changed != *whole && !optional(&pointer, stranger) {
                assert_ne!(verdict(&changed), Verdict::Verified, "{pointer} = {stranger}");
            }
        }
    }
}

#[test]
fn every_byte_of_the_file_counts() {
    let whole = whole();
    let text = whole.to_string();
    for at in 0..text.len() {
        for change in [0x01, 0x02, 0x10, 0x20, 0x80] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= change;
            let report = verify(&bytes, None);
            let is_equal = serde_json::from_slice::<Value>(&bytes).is_ok_and(|value| value == whole);
            assert!(report.verdict != Verdict::Verified || is_equal, "byte {at} ^ {change:#x}");
        }
        let cut = verify(&text.as_bytes()[..at], None);
        assert_eq!(cut.verdict, Verdict::Unreadable, "cut at {at}");
    }
}

#[test]
fn a_duplicate_member_is_detected() {
    let text = whole().to_string();
    for (name, copy) in [("\"version\":2", "\"version\":2,"), ("\"kind\":\"present\"", "\"kind\":\"present\",")] {
        let twice = text.replacen(name, &format!("{copy}{name}"), 1);
        assert_ne!(twice, text);
        let report = verify(twice.as_bytes(), None);
        assert_eq!((report.verdict, report.step), (Verdict::Tampered, Some(chain_proof::Step::Shape)), "{name}");
    }
}

#[test]
fn white_space_does_not_count() {
    let pretty = serde_json::to_string_pretty(&whole()).expect("the value is JSON");
    assert_eq!(verify(format!("\n{pretty}\t ").as_bytes(), None).verdict, Verdict::Verified);
}

proptest! {
    #[test]
    fn no_bytes_make_the_verifier_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_ne!(verify(&bytes, None).verdict, Verdict::Verified);
    }

    #[test]
    fn no_json_makes_the_verifier_panic(text in r#"[\[\]{}:,"\\ a-c0-2.eEtrufalsn\-]{0,40}"#) {
        let verdict = verify(text.as_bytes(), None).verdict;
        prop_assert!(matches!(verdict, Verdict::Tampered | Verdict::Unreadable));
    }
}

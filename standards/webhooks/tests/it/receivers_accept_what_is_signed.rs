//! A receiver with any of the keys accepts a webhook, also while a secret is rotated. It ignores what it does not know.

use proptest::prelude::*;
use standards_webhooks::{
    message::Message,
    secret::Secret,
    sign::sign,
    verify::{Clock, Headers, Key, TOLERANCE_S_DEFAULT, VerifyError, verify},
};
use std::slice::from_ref;

const CLOCK: Clock = Clock { now_s: 1_700_000_000, tolerance_s: TOLERANCE_S_DEFAULT };
const MESSAGE: Message<'_> = Message { id: "evt_1", timestamp_s: 1_700_000_000, body: b"{\"a\":1}" };

fn outcome(signature: &str, key: Key<'_>) -> Result<(), VerifyError> {
    verify(&Headers { id: "evt_1", timestamp: "1700000000", signature }, MESSAGE.body, &[key], CLOCK)
}

fn symmetric(byte: u8) -> Secret {
    Secret::symmetric(&[byte; 32]).expect("a secret")
}

#[test]
fn old_and_new_secrets_are_accepted_while_one_is_rotated() {
    let (old, new, other) = (symmetric(1), Secret::asymmetric(&[2; 32]), symmetric(3));
    let public_key = new.public_key().expect("a public key");
    let both = sign(&MESSAGE, &[new.clone(), old.clone()]).expect("signatures");
    for key in [Key::Secret(&old), Key::Secret(&new), Key::Public(&public_key)] {
        assert_eq!(outcome(&both, key), Ok(()), "{key:?}");
    }
    assert_eq!(outcome(&both, Key::Secret(&other)), Err(VerifyError::NoMatch));
    let after = sign(&MESSAGE, &[new]).expect("a signature");
    assert_eq!(outcome(&after, Key::Secret(&old)), Err(VerifyError::NoMatch));
}

#[test]
fn a_receiver_that_rotates_has_two_keys() {
    let (old, new) = (symmetric(1), symmetric(2));
    let signature = sign(&MESSAGE, &[symmetric(1)]).expect("a signature");
    let headers = Headers { id: "evt_1", timestamp: "1700000000", signature: &signature };
    assert_eq!(verify(&headers, MESSAGE.body, &[Key::Secret(&new), Key::Secret(&old)], CLOCK), Ok(()));
}

#[test]
fn what_is_not_understood_is_ignored() {
    let secret = symmetric(1);
    let valid = sign(&MESSAGE, from_ref(&secret)).expect("a signature");
    let encoded = valid.strip_prefix("v1,").expect("a version");
    for header in [
        format!("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,{encoded} {valid} v1,"),
        format!("v1a,{encoded} {valid}"),
        format!("  {valid} "),
        format!(", ,, v1 {valid}"),
    ] {
        assert_eq!(outcome(&header, Key::Secret(&secret)), Ok(()), "{header}");
    }
    for header in [
        String::new(),
        "v1,".to_owned(),
        encoded.to_owned(),
        format!("v2,{encoded}"),
        format!("v1a,{encoded}"),
        format!("V1,{encoded}"),
        format!("v1, {encoded}"),
        format!("v1,{}", encoded.trim_end_matches('=')),
        valid.replace(',', ";"),
        format!("{valid},"),
    ] {
        assert_eq!(outcome(&header, Key::Secret(&secret)), Err(VerifyError::NoMatch), "{header}");
    }
}

#[test]
fn a_timestamp_has_one_spelling() {
    let secret = symmetric(1);
    let signature = sign(&MESSAGE, from_ref(&secret)).expect("a signature");
    for timestamp in
        ["", "0", "-1", "+1700000000", "01700000000", "1700000000.0", " 1700000000", "1.7e9", "99999999999999", "١"]
    {
        let headers = Headers { id: "evt_1", timestamp, signature: &signature };
        let expected = if timestamp == "0" { VerifyError::NoMatch } else { VerifyError::Timestamp };
        assert_eq!(verify(&headers, MESSAGE.body, &[Key::Secret(&secret)], CLOCK), Err(expected), "{timestamp}");
    }
}

proptest! {
    #[test]
    fn every_message_is_accepted(
        id in "[!-\\-/-~]{1,40}",
        timestamp_s in 0..4_000_000_000_u64,
        body in prop::collection::vec(any::<u8>(), 0..200),
        random in any::<[u8; 32]>(),
    ) {
        let secrets = [Secret::symmetric(&random).expect("a secret"), Secret::asymmetric(&random)];
        let signature = sign(&Message { id: &id, timestamp_s, body: &body }, &secrets).expect("signatures");
        let timestamp = timestamp_s.to_string();
        let headers = Headers { id: &id, timestamp: &timestamp, signature: &signature };
        for secret in &secrets {
            let clock = Clock { now_s: timestamp_s, tolerance_s: 0 };
            prop_assert_eq!(verify(&headers, &body, &[Key::Secret(secret)], clock), Ok(()));
        }
    }
}

//! No bit of a webhook can be changed: not of its id, its time, its body or its signature.

use proptest::prelude::*;
use standards_webhooks::{
    message::Message,
    secret::Secret,
    sign::sign,
    verify::{Clock, Headers, Key, verify},
};
use std::slice::from_ref;

/// Any timestamp is near enough, so only the signature decides.
const CLOCK: Clock = Clock { now_s: 0, tolerance_s: u64::MAX };

/// Whether a receiver accepts the four parts. Texts that are not UTF-8 cannot be in a header.
fn is_accepted([id, timestamp, signature, body]: &[Vec<u8>; 4], secret: &Secret) -> bool {
    let text = |bytes: &'_ [u8]| String::from_utf8(bytes.to_vec());
    let (Ok(id), Ok(timestamp), Ok(signature)) = (text(id), text(timestamp), text(signature)) else { return false };
    let headers = Headers { id: &id, timestamp: &timestamp, signature: &signature };
    verify(&headers, body, &[Key::Secret(secret)], CLOCK).is_ok()
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    for secret in [Secret::symmetric(&[5; 24]).expect("a secret"), Secret::asymmetric(&[5; 32])] {
        let message = Message { id: "evt_1", timestamp_s: 1_700_000_000, body: b"{\"a\":1}" };
        let signature = sign(&message, from_ref(&secret)).expect("a signature");
        let parts = [b"evt_1".to_vec(), b"1700000000".to_vec(), signature.into_bytes(), message.body.to_vec()];
        assert!(is_accepted(&parts, &secret));
        for part in 0..parts.len() {
            for bit in 0..parts[part].len() * 8 {
                let mut changed = parts.clone();
                changed[part][bit / 8] ^= 1 << (bit % 8);
                assert!(!is_accepted(&changed, &secret), "bit {bit} of part {part}");
            }
        }
    }
}

fn symmetric(random: &[u8; 32]) -> Secret {
    Secret::symmetric(random).expect("a secret")
}

#[test]
fn parts_cannot_be_moved_into_each_other() {
    let secret = Secret::symmetric(&[5; 24]).expect("a secret");
    let message = Message { id: "a", timestamp_s: 12, body: b"3.x" };
    let signature = sign(&message, from_ref(&secret)).expect("a signature").into_bytes();
    let parts = |id: &str, timestamp: &str, body: &str| {
        [id.into(), timestamp.into(), signature.clone(), body.into()].map(|part: Vec<u8>| part)
    };
    assert!(is_accepted(&parts("a", "12", "3.x"), &secret));
    for (id, timestamp, body) in [("a.12", "3", "x"), ("a", "12.3", "x"), ("a", "1", "2.3.x"), ("a", "123", "x")] {
        assert!(!is_accepted(&parts(id, timestamp, body), &secret), "{id} {timestamp} {body}");
    }
}

proptest! {
    #[test]
    fn another_secret_or_body_is_refused(
        random in any::<[u8; 32]>(),
        other in any::<[u8; 32]>(),
        body in prop::collection::vec(any::<u8>(), 0..100),
        other_body in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        prop_assume!(random != other && body != other_body);
        for make in [symmetric, Secret::asymmetric] {
            let message = Message { id: "evt_1", timestamp_s: 7, body: &body };
            let signature = sign(&message, &[make(&random)]).expect("a signature").into_bytes();
            let parts = |body: &[u8]| [b"evt_1".to_vec(), b"7".to_vec(), signature.clone(), body.to_vec()];
            prop_assert!(is_accepted(&parts(&body), &make(&random)));
            prop_assert!(!is_accepted(&parts(&body), &make(&other)));
            prop_assert!(!is_accepted(&parts(&other_body), &make(&random)));
        }
    }
}

//! Each limit, at it and one above.

use standards_webhooks::{
    limit::{
        ID_BYTES_MAX, KEY_TEXT_BYTES_MAX, KEYS_MAX, SECRET_BYTES_MAX, SECRET_BYTES_MIN, SIGNATURE_HEADER_BYTES_MAX,
        SIGNATURES_MAX,
    },
    message::{Message, is_id},
    public_key::{PublicKey, PublicKeyError},
    secret::{Secret, SecretError},
    sign::{SignError, sign},
    verify::{Clock, Headers, Key, VerifyError, verify},
};

const CLOCK: Clock = Clock { now_s: 1_000, tolerance_s: 0 };

fn secret() -> Secret {
    Secret::symmetric(&[7; 32]).expect("a secret")
}

fn verified(id: &str, signature: &str, keys: &[Key<'_>]) -> Result<(), VerifyError> {
    verify(&Headers { id, timestamp: "1000", signature }, b"{}", keys, CLOCK)
}

fn signed(id: &str) -> String {
    sign(&Message { id, timestamp_s: 1_000, body: b"{}" }, &[secret()]).expect("a signature")
}

#[test]
fn of_secrets() {
    let made = |count: usize| Secret::symmetric(&vec![1; count]).map(|secret| secret.to_text().len());
    assert_eq!(made(SECRET_BYTES_MIN - 1), Err(SecretError::SymmetricLength));
    assert_eq!(made(SECRET_BYTES_MIN), Ok(6 + 32));
    assert_eq!(made(SECRET_BYTES_MAX), Ok(KEY_TEXT_BYTES_MAX));
    assert_eq!(made(SECRET_BYTES_MAX + 1), Err(SecretError::SymmetricLength));
    // 65 bytes in base64 have the same length as 66, which is above that of every secret.
    let parsed = |text: &str| Secret::parse(text).map(drop);
    assert_eq!(parsed(&format!("whsec_{}", "A".repeat(88))), Err(SecretError::SymmetricLength), "66 bytes");
    assert_eq!(parsed(&format!("whsec_{}", "A".repeat(89))), Err(SecretError::TooLong));
    assert_eq!(parsed(&format!("whsk_{}", "A".repeat(90))), Err(SecretError::TooLong));
    assert_eq!(PublicKey::parse(&format!("whpk_{}", "A".repeat(90))), Err(PublicKeyError::TooLong));
}

#[test]
fn of_ids() {
    let (longest, too_long) = ("i".repeat(ID_BYTES_MAX), "i".repeat(ID_BYTES_MAX + 1));
    assert!(is_id(&longest));
    assert_eq!(verified(&longest, &signed(&longest), &[Key::Secret(&secret())]), Ok(()));
    for id in [too_long.as_str(), "", "a.b", "a b", "a\n", "é"] {
        let message = Message { id, timestamp_s: 1_000, body: b"{}" };
        assert_eq!(sign(&message, &[secret()]), Err(SignError::Id), "{id}");
        assert_eq!(verified(id, &signed("a"), &[Key::Secret(&secret())]), Err(VerifyError::Id), "{id}");
    }
}

#[test]
fn of_keys() {
    let message = Message { id: "a", timestamp_s: 1_000, body: b"{}" };
    let secrets = vec![secret(); KEYS_MAX + 1];
    let keys: Vec<Key<'_>> = secrets.iter().map(Key::Secret).collect();
    assert!(sign(&message, &secrets[..KEYS_MAX]).is_ok());
    assert_eq!(verified("a", &signed("a"), &keys[..KEYS_MAX]), Ok(()));
    for count in [0, KEYS_MAX + 1] {
        assert_eq!(sign(&message, &secrets[..count]), Err(SignError::Secrets), "{count}");
        assert_eq!(verified("a", &signed("a"), &keys[..count]), Err(VerifyError::Keys), "{count}");
    }
}

#[test]
fn of_signatures() {
    let (secret, valid) = (secret(), signed("a"));
    let outcome = |header: &str| verified("a", header, &[Key::Secret(&secret)]);
    let others = |count: usize| "v2,x ".repeat(count);
    assert_eq!(outcome(&format!("{}{valid}", others(SIGNATURES_MAX - 1))), Ok(()));
    assert_eq!(outcome(&format!("{}{valid}", others(SIGNATURES_MAX))), Err(VerifyError::TooManySignatures));
    let padded = |bytes: usize| format!("v2,{} {valid}", "x".repeat(bytes - valid.len() - 4));
    assert_eq!(outcome(&padded(SIGNATURE_HEADER_BYTES_MAX)), Ok(()));
    assert_eq!(outcome(&padded(SIGNATURE_HEADER_BYTES_MAX + 1)), Err(VerifyError::TooManySignatures));
}

#[test]
fn of_the_clock() {
    let (secret, signature) = (secret(), signed("a"));
    let headers = Headers { id: "a", timestamp: "1000", signature: &signature };
    let at = |now_s: u64| verify(&headers, b"{}", &[Key::Secret(&secret)], Clock { now_s, tolerance_s: 300 });
    for (now_s, expected) in [
        (699, Err(VerifyError::TooNew)),
        (700, Ok(())),
        (1_300, Ok(())),
        (1_301, Err(VerifyError::TooOld)),
        (0, Err(VerifyError::TooNew)),
        (u64::MAX, Err(VerifyError::TooOld)),
    ] {
        assert_eq!(at(now_s), expected, "{now_s}");
    }
}

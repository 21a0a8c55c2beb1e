//! Documents are sealed, opened and disclosed field by field, and open only under their own key. The expected bytes
//! come from an implementation of HKDF, HMAC and AES-GCM that shares no code with this one.

use chain_seal::{RecordKey, SealError, SubjectKey, TransactionKey, fields, open, seal};
use chain_types::{
    Body, Subject, TenantId,
    body::{Field, fields_commitment},
    limit,
};

const DOCUMENT: &[u8] = br#"{"action":"ADD"}"#;

/// The key of record 3 under the transaction key with the bytes 0 to 31.
fn key() -> RecordKey {
    let bytes = std::array::from_fn(|index| u8::try_from(index).expect("an index below 32 fits a byte"));
    TransactionKey::from_bytes(bytes).record_key(3)
}

#[test]
fn every_byte_follows_the_key_schedule() {
    assert_eq!(hex::encode(key().as_bytes()), "b4f8cdfb444ec55287cdf8ef77a96609d8bf76baa03bd34f2bc0a1706a8b9db2");
    let [field] = &fields(DOCUMENT, &key()).expect("the document is valid")[..] else {
        panic!("the document has one field")
    };
    assert_eq!(hex::encode(field.salt), "2f8afc9ae8b2287af4787c043505a19a");
    let Body::Sealed { ciphertext, commitment } = seal(DOCUMENT, &key()).expect("the document is valid") else {
        panic!("the body is sealed")
    };
    assert_eq!(hex::encode(ciphertext), "a7c121d80bdccf33b0a2e73d58aa7414658c3a34b907cd7e00d0109f0913f25f");
    assert_eq!(commitment.to_string(), "6188e50a66f54c4e98cc57a6f09de79a55369bfc8656788ca891a05bb5720290");
}

#[test]
fn subjects_and_content_are_keyed() {
    let key = SubjectKey::from_bytes(std::array::from_fn(|index| {
        u8::try_from(index).expect("an index below 32 fits a byte")
    }));
    let blind = key.blind("event", "urn:x");
    assert_eq!(hex::encode(blind), "b0927621079d2cf9fe8776b2b98105e5b33c1d393ea48c3432f205846d9e00b2");
    let tenant = TenantId([1; 16]);
    assert_eq!(key.subject(tenant, "event", "urn:x"), Subject::of(tenant, "event", "urn:x", &blind));
    assert_ne!(key.blind("event", "urn:x"), key.blind("epc", "urn:x"));

    let content = key.content_digest(b" {\"a\" : 1.0}").expect("the document is valid");
    assert_eq!(content.to_string(), "c9c813541326cbb7e0de255e8ba38b6d908ccb88c3b7a07db19e1f2d796e8d9e");
    assert_eq!(key.content_digest(b"{\"a\":10E-1}"), Ok(content));
    assert_ne!(key.content_digest(b"{\"a\":1.00000000000000000000001}"), Ok(content));
    let pallet = |number: &str| key.content_digest(format!("{{\"pallet\":{number}}}").as_bytes());
    assert_ne!(pallet("395212340000000017"), pallet("395212340000000024"));
    assert_ne!(SubjectKey::from_bytes([9; 32]).content_digest(b"{\"a\":1}"), Ok(content));
    assert!(matches!(key.content_digest(b"{"), Err(SealError::Json { .. })));
}

#[test]
fn a_body_opens_to_the_same_bytes_under_its_own_key_only() {
    let spelled = b"{ \"action\" : \"\\u0041DD\", \"n\" : 1.50 }\n";
    let body = seal(spelled, &key()).expect("the document is valid");
    assert_eq!(open(&body, &key()).as_deref(), Ok(&spelled[..]));
    assert_eq!(open(&body, &RecordKey::from_bytes([0; 32])), Err(SealError::Closed));
    assert_eq!(open(&Body::Public(DOCUMENT.to_vec()), &key()).as_deref(), Ok(DOCUMENT));
}

#[test]
fn a_changed_ciphertext_does_not_open() {
    let Body::Sealed { ciphertext, commitment } = seal(DOCUMENT, &key()).expect("the document is valid") else {
        panic!("the body is sealed")
    };
    for at in 0..ciphertext.len() {
        let mut changed = ciphertext.clone();
        changed[at] ^= 1;
        let body = Body::Sealed { ciphertext: changed, commitment };
        assert_eq!(open(&body, &key()), Err(SealError::Closed), "byte {at}");
        let cut = Body::Sealed { ciphertext: ciphertext[..at].to_vec(), commitment };
        assert_eq!(open(&cut, &key()), Err(SealError::Closed), "length {at}");
    }
}

#[test]
fn the_commitment_is_over_the_fields() {
    let document = br#"{"a":{"b":[1,2]},"c":"d"}"#;
    let leaves: Vec<_> = fields(document, &key()).expect("the document is valid").iter().map(Field::leaf).collect();
    let Body::Sealed { commitment, .. } = seal(document, &key()).expect("the document is valid") else {
        panic!("the body is sealed")
    };
    assert_eq!(fields_commitment(&leaves), Some(commitment));
}

#[test]
fn an_encrypted_document_is_limited_in_size() {
    let document = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2)).into_bytes();
    // The tag of AES-GCM adds 16 bytes.
    let body = seal(&document(limit::BODY_BYTES_MAX - 16), &key()).expect("the document has the largest size");
    assert_eq!(body.len(), limit::BODY_BYTES_MAX);
    assert_eq!(seal(&document(limit::BODY_BYTES_MAX - 15), &key()), Err(SealError::Size));
}

#[test]
fn keys_are_not_printed() {
    let printed =
        format!("{:?} {:?} {:?}", TransactionKey::from_bytes([1; 32]), key(), SubjectKey::from_bytes([1; 32]));
    assert_eq!(printed, "TransactionKey(..) RecordKey(..) SubjectKey(..)");
}

//! A value has one encoding: bytes that end early, continue, name an unknown variant or hold a wrong length are
//! refused.

use chain_types::{
    Receipt, Rejection,
    codec::{CodecError, decode, encode},
};

fn refused(bytes: &[u8]) -> bool {
    matches!(decode::<Receipt>("a receipt", bytes), Err(CodecError::Malformed { what: "a receipt", .. }))
}

#[test]
fn only_the_canonical_bytes_decode() {
    let receipt = Receipt::Rejected(Rejection::new("a.code").with("by", &7));
    let bytes = encode(&receipt);
    assert_eq!(decode("a receipt", &bytes), Ok(receipt));
    assert!((0..bytes.len()).all(|end| refused(&bytes[..end])), "a prefix decodes");
    assert!(refused(&[&bytes[..], &[0]].concat()), "trailing bytes decode");
    let mut unknown = bytes.clone();
    unknown[0] = 3;
    assert!(refused(&unknown));
    let mut too_long = bytes;
    too_long[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refused(&too_long), "a length beyond the end decodes");
}

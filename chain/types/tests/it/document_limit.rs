//! A document commits to the largest allowed number of fields, and to no more.

use chain_types::{
    Digest,
    body::fields_commitment,
    digest::{Tag, hash},
    limit::FIELDS_PER_DOCUMENT_MAX,
    merkle,
};

#[test]
fn a_commitment_binds_count_and_root_up_to_the_limit() {
    let leaves = vec![Digest([1; 32]); FIELDS_PER_DOCUMENT_MAX + 1];
    assert!(fields_commitment(&leaves[1..]).is_some());
    assert_eq!(fields_commitment(&leaves), None);
    let empty = hash(Tag::FIELDS, &[&0_u32.to_le_bytes(), &merkle::root(&[]).0]);
    assert_eq!(fields_commitment(&[]), Some(empty));
    assert_ne!(fields_commitment(&leaves[..1]), fields_commitment(&leaves[..2]));
}

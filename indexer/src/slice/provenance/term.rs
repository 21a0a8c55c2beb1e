//! The stored form of the values of rare fields. Invariant: the indexer and a query hash a value alike.

use crate::column::Store;
use sha2::{Digest as _, Sha256};
use sqlx::{error::BoxDynError, types::Uuid};
use standards_epcis::extract::TermKind;

/// The first 16 bytes of the value's SHA-256. No other value with the hash of a given one can be found, so the text is
/// not compared.
pub(super) fn term_hash(value: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(value.as_bytes()).into();
    Uuid::from_bytes(*digest.first_chunk().expect("32 bytes contain 16"))
}

impl Store for TermKind {
    type Sql = i16;

    fn store(self) -> Result<i16, BoxDynError> {
        Ok(self.number().into())
    }
}

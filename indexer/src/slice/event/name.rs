//! The names by which events are found besides the subjects of their records. Invariant: a name is no secret: the index
//! shows it in another column, or the ledger does.

use chain_types::{Subject, TenantId};
use sqlx::types::Uuid;

/// The kind of a name, among those of subjects. The ledger knows no subject of this kind.
const KIND: &str = "name";

/// A name in the form of a subject: the id of a tenant, an author, a bundle, a validator, or of master data in
/// canonical form.
pub fn named(tenant: TenantId, name: &str) -> Subject {
    Subject::of(tenant, KIND, name, &[0; 32])
}

/// The stored form: the first 16 bytes.
pub(super) fn stored_name(name: Subject) -> Uuid {
    Uuid::from_bytes(*name.0.0.first_chunk().expect("32 bytes contain 16"))
}

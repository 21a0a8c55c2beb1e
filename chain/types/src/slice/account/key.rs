//! State keys of the account slice. Invariant: each key determines the type of its value. Keys are only appended,
//! because a key's position is its encoding.

use super::{Author, Tenant};
use crate::{id::TenantId, signature::PublicKey, state::keys};

keys! {
    Account;
    /// A tenant registered on this shard.
    Tenant: TenantKey(TenantId) => Tenant;
    /// Present while a key may sign for a tenant.
    Author: AuthorKey(TenantId, PublicKey) => Author;
}

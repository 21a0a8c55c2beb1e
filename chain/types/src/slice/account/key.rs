//! Keys of the account slice. Invariant: as for [`crate::state::StateKey`].

use super::{Author, Tenant};
use crate::{id::TenantId, signature::PublicKey, state::keys};

keys! {
    Account;
    /// A tenant registered on this shard.
    Tenant: TenantKey(TenantId) => Tenant;
    /// Present while a key may sign for a tenant.
    Author: AuthorKey(TenantId, PublicKey) => Author;
}

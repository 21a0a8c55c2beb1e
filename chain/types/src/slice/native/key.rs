//! Keys of the native slice. Invariant: as for [`crate::state::StateKey`].

use super::Amount;
use crate::{id::TenantId, state::keys};

keys! {
    Native;
    /// The balance of a tenant on this shard [P23].
    Balance: BalanceKey(TenantId) => Amount;
}

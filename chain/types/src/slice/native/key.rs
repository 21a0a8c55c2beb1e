//! State keys of the native token. Invariant: each key determines the type of its value. Keys are only appended,
//! because a key's position is its encoding.

use super::Amount;
use crate::{id::TenantId, state::keys};

keys! {
    Native;
    /// The balance of a tenant on this shard [P23, native token].
    Balance: BalanceKey(TenantId) => Amount;
}

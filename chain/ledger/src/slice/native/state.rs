//! Reads and writes balances, one per tenant. Invariant: at genesis the treasury holds all units that are not bonded,
//! on its own shard. Every other balance begins at zero.

use super::Rejection;
use crate::{
    law::Law,
    overlay::Overlay,
    verdict::{Halt, require},
};
use chain_state::ReadFailure;
use chain_types::{
    TenantId,
    account::TenantKey,
    native::{Amount, BalanceKey, TREASURY, TREASURY_SHARD},
    state::TypedKey,
};

/// A tenant's balance on this shard.
pub(crate) fn balance(law: &Law, tenant: TenantId, overlay: &mut Overlay<'_>) -> Result<Amount, ReadFailure> {
    let is_treasury = tenant == TREASURY && law.shard == TREASURY_SHARD;
    let at_genesis = if is_treasury { law.unbonded } else { Amount::ZERO };
    Ok(overlay.read(&BalanceKey(tenant).slot())?.unwrap_or(at_genesis))
}

/// Writes a tenant's balance on this shard.
pub(crate) fn set_balance(tenant: TenantId, balance: Amount, overlay: &mut Overlay<'_>) {
    overlay.write(&BalanceKey(tenant).slot(), &balance);
}

/// Whether a tenant can receive an amount on this shard: it is registered here, or it is the treasury.
pub(crate) fn has_account(tenant: TenantId, overlay: &mut Overlay<'_>) -> Result<bool, ReadFailure> {
    Ok(tenant == TREASURY || overlay.contains(&TenantKey(tenant).slot())?)
}

/// Moves an amount from one tenant to another. A rejection changes nothing.
pub(super) fn pay(
    law: &Law,
    (from, to): (TenantId, TenantId),
    amount: Amount,
    overlay: &mut Overlay<'_>,
) -> Result<(), Halt> {
    require(amount > Amount::ZERO, Rejection::AmountZero)?;
    require(from != to, Rejection::SameTenant)?;
    require(has_account(to, overlay)?, Rejection::UnknownRecipient)?;
    let rest = balance(law, from, overlay)?.checked_sub(amount).ok_or(Rejection::InsufficientBalance)?;
    let sum = balance(law, to, overlay)?.checked_add(amount).ok_or(Rejection::BalanceOverflow)?;
    set_balance(from, rest, overlay);
    set_balance(to, sum, overlay);
    Ok(())
}

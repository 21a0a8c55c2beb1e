//! The slice's part of the state: one balance per tenant. Invariant: before anything moved, the treasury holds all
//! that is not bonded on its shard and nobody else holds anything.

use super::Error;
use crate::{law::Law, overlay::Overlay};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    TenantId,
    native::{Amount, SUPPLY, TREASURY, TREASURY_SHARD},
    state::StateKey,
};

/// What a tenant holds on this shard.
pub(crate) fn balance<R: LeafReader>(
    law: &Law,
    tenant: TenantId,
    overlay: &mut Overlay<'_, R>,
) -> Result<Amount, ReadFailure> {
    let is_treasury = tenant == TREASURY && law.shard == TREASURY_SHARD;
    let untouched = SUPPLY.checked_sub(law.bonded).filter(|_| is_treasury).unwrap_or_default();
    Ok(overlay.read(&StateKey::Balance(tenant).path())?.unwrap_or(untouched))
}

/// Writes what a tenant holds on this shard.
pub(crate) fn set_balance<R: LeafReader>(tenant: TenantId, balance: Amount, overlay: &mut Overlay<'_, R>) {
    overlay.write(&StateKey::Balance(tenant).path(), &balance);
}

/// Whether a tenant can hold anything on this shard: it is registered here, or the treasury.
pub(crate) fn has_account<R: LeafReader>(tenant: TenantId, overlay: &mut Overlay<'_, R>) -> Result<bool, ReadFailure> {
    Ok(tenant == TREASURY || overlay.contains(&StateKey::Tenant(tenant).path())?)
}

/// Moves an amount between two tenants, or changes nothing.
pub(super) fn pay<R: LeafReader>(
    law: &Law,
    (from, to): (TenantId, TenantId),
    amount: Amount,
    overlay: &mut Overlay<'_, R>,
) -> Result<Result<(), Error>, ReadFailure> {
    if amount == Amount::ZERO {
        return Ok(Err(Error::AmountZero));
    }
    if from == to {
        return Ok(Err(Error::SameTenant));
    }
    if !has_account(to, overlay)? {
        return Ok(Err(Error::UnknownRecipient));
    }
    let Some(rest) = balance(law, from, overlay)?.checked_sub(amount) else {
        return Ok(Err(Error::InsufficientBalance));
    };
    let Some(sum) = balance(law, to, overlay)?.checked_add(amount) else { return Ok(Err(Error::BalanceOverflow)) };
    set_balance(from, rest, overlay);
    set_balance(to, sum, overlay);
    Ok(Ok(()))
}

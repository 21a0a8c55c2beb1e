//! `register_tenant`: a tenant exists on this shard from here on.

use super::Error;
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Event, PublicKey, TenantId, account, account::Tenant, limit, state::StateKey};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    tenant: TenantId,
    author: PublicKey,
    partitions: u16,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    if !context.is_operator {
        return Ok(Err(Error::NotOperator.into()));
    }
    if partitions == 0 || partitions > limit::PARTITIONS_MAX {
        return Ok(Err(Error::Partitions.into()));
    }
    if author.is_small_order() {
        return Ok(Err(Error::WeakKey.into()));
    }
    if overlay.contains(&StateKey::Tenant(tenant).path())? {
        return Ok(Err(Error::TenantExists.into()));
    }
    overlay.write(&StateKey::Tenant(tenant).path(), &Tenant { partitions, authors: 1 });
    overlay.write(&StateKey::Author(tenant, author).path(), &());
    let event = Event::Account(account::Event::TenantRegistered { tenant });
    Ok(Ok(Applied { event, joins_streams: true }))
}

//! `register_tenant`: the operator registers a tenant, with its first author, on this shard.

use super::Rejection;
use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_types::{
    account::{Author, AuthorKey, Event, RegisterTenant, Tenant, TenantKey},
    limit,
    state::TypedKey,
};

pub(super) fn execute(context: &Context<'_>, command: &RegisterTenant, overlay: &mut Overlay<'_>) -> Verdict {
    let RegisterTenant { tenant, author, partitions } = *command;
    require(context.is_operator, Rejection::NotOperator)?;
    require((1..=limit::PARTITIONS_MAX).contains(&partitions), Rejection::Partitions)?;
    require(!author.is_small_order(), Rejection::WeakKey)?;
    let slot = TenantKey(tenant).slot();
    require(!overlay.contains(&slot)?, Rejection::TenantExists)?;
    overlay.write(&slot, &Tenant { partitions, authors: 1 });
    overlay.write(&AuthorKey(tenant, author).slot(), &Author { since: context.height });
    applied(Event::TenantRegistered { tenant })
}

//! `remove_author`: removes a key's right to sign for the transaction's tenant.

use super::Rejection;
use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_types::{
    account::{AuthorKey, Event, RemoveAuthor, Tenant, TenantKey},
    state::TypedKey,
};

pub(super) fn execute(context: &Context<'_>, command: &RemoveAuthor, overlay: &mut Overlay<'_>) -> Verdict {
    let RemoveAuthor { author } = *command;
    let slot = TenantKey(context.tenant).slot();
    let tenant = overlay.read(&slot)?.ok_or(Rejection::UnknownTenant)?;
    let permission = AuthorKey(context.tenant, author).slot();
    require(overlay.contains(&permission)?, Rejection::UnknownAuthor)?;
    let authors = tenant.authors.checked_sub(1).filter(|count| *count > 0).ok_or(Rejection::LastAuthor)?;
    overlay.write(&slot, &Tenant { authors, ..tenant });
    overlay.remove(&permission);
    applied(Event::AuthorRemoved { author })
}

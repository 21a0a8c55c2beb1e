//! `add_author`: adds a key that may sign for the transaction's tenant.

use super::Rejection;
use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_types::{
    account::{AddAuthor, Author, AuthorKey, Event, Tenant, TenantKey},
    state::TypedKey,
};

pub(super) fn execute(context: &Context<'_>, command: &AddAuthor, overlay: &mut Overlay<'_>) -> Verdict {
    let AddAuthor { author } = *command;
    let slot = TenantKey(context.tenant).slot();
    let tenant = overlay.read(&slot)?.ok_or(Rejection::UnknownTenant)?;
    require(!author.is_small_order(), Rejection::WeakKey)?;
    let permission = AuthorKey(context.tenant, author).slot();
    require(!overlay.contains(&permission)?, Rejection::AuthorExists)?;
    let authors = tenant.authors.checked_add(1).filter(|count| *count <= context.law.rules().authors_per_tenant_max);
    let authors = authors.ok_or(Rejection::TooManyAuthors)?;
    overlay.write(&slot, &Tenant { authors, ..tenant });
    overlay.write(&permission, &Author { since: context.height });
    applied(Event::AuthorAdded { author })
}

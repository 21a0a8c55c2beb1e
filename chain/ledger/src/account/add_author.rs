//! `add_author`: another key may sign for the transaction's tenant.

use super::Error;
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Event, PublicKey, account, account::Tenant, limit, state::StateKey};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    author: PublicKey,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let Some(tenant) = overlay.read::<Tenant>(&StateKey::Tenant(context.tenant).path())? else {
        return Ok(Err(Error::UnknownTenant.into()));
    };
    if author.is_small_order() {
        return Ok(Err(Error::WeakKey.into()));
    }
    if overlay.contains(&StateKey::Author(context.tenant, author).path())? {
        return Ok(Err(Error::AuthorExists.into()));
    }
    if tenant.authors >= limit::AUTHORS_PER_TENANT_MAX {
        return Ok(Err(Error::TooManyAuthors.into()));
    }
    let authors = tenant.authors.saturating_add(1);
    overlay.write(&StateKey::Tenant(context.tenant).path(), &Tenant { authors, ..tenant });
    overlay.write(&StateKey::Author(context.tenant, author).path(), &());
    let event = Event::Account(account::Event::AuthorAdded { author });
    Ok(Ok(Applied { event, joins_streams: true }))
}

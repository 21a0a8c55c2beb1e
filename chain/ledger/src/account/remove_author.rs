//! `remove_author`: a key may sign no longer.

use super::Error;
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Event, PublicKey, account, account::Tenant, state::StateKey};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    author: PublicKey,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let Some(tenant) = overlay.read::<Tenant>(&StateKey::Tenant(context.tenant).path())? else {
        return Ok(Err(Error::UnknownTenant.into()));
    };
    if !overlay.contains(&StateKey::Author(context.tenant, author).path())? {
        return Ok(Err(Error::UnknownAuthor.into()));
    }
    if tenant.authors <= 1 {
        return Ok(Err(Error::LastAuthor.into()));
    }
    let authors = tenant.authors.saturating_sub(1);
    overlay.write(&StateKey::Tenant(context.tenant).path(), &Tenant { authors, ..tenant });
    overlay.remove(&StateKey::Author(context.tenant, author).path());
    let event = Event::Account(account::Event::AuthorRemoved { author });
    Ok(Ok(Applied { event, joins_streams: true }))
}

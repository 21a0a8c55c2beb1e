//! `transfer`: the transaction's tenant pays another tenant of this shard.

use super::state::pay;
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{Event, TenantId, native, native::Amount};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    to: TenantId,
    amount: Amount,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    let from = context.tenant;
    if let Err(error) = pay(context.law, (from, to), amount, overlay)? {
        return Ok(Err(error.into()));
    }
    let event = Event::Native(native::Event::Transferred { from, to, amount });
    Ok(Ok(Applied { event, joins_streams: true }))
}

//! `grant`: the operator hands units of the genesis supply out.

use super::{Error, state::pay};
use crate::{
    block::{Applied, Context, Verdict},
    overlay::Overlay,
};
use chain_state::{LeafReader, ReadFailure};
use chain_types::{
    Event, TenantId, native,
    native::{Amount, TREASURY},
};

pub(super) fn execute<R: LeafReader>(
    context: &Context<'_>,
    to: TenantId,
    amount: Amount,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    if !context.is_operator {
        return Ok(Err(Error::NotOperator.into()));
    }
    if let Err(error) = pay(context.law, (TREASURY, to), amount, overlay)? {
        return Ok(Err(error.into()));
    }
    let event = Event::Native(native::Event::Granted { to, amount });
    Ok(Ok(Applied { event, joins_streams: true }))
}

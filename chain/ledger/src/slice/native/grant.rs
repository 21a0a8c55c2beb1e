//! `grant`: the operator pays units of the genesis supply from the treasury to a tenant.

use super::{Rejection, state::pay};
use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied, require},
};
use chain_types::native::{Event, Grant, TREASURY};

pub(super) fn execute(context: &Context<'_>, command: &Grant, overlay: &mut Overlay<'_>) -> Verdict {
    let Grant { to, amount } = *command;
    require(context.is_operator, Rejection::NotOperator)?;
    pay(context.law, (TREASURY, to), amount, overlay)?;
    applied(Event::Granted { to, amount })
}

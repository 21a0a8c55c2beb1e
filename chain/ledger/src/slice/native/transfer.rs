//! `transfer`: the transaction's tenant pays another tenant of this shard.

use super::state::pay;
use crate::{
    overlay::Overlay,
    verdict::{Context, Verdict, applied},
};
use chain_types::native::{Event, Transfer};

pub(super) fn execute(context: &Context<'_>, command: &Transfer, overlay: &mut Overlay<'_>) -> Verdict {
    let Transfer { to, amount } = *command;
    let from = context.tenant;
    pay(context.law, (from, to), amount, overlay)?;
    applied(Event::Transferred { from, to, amount })
}

//! The native slice's law [P23]: who holds how much on this shard. Invariant: every step takes from one balance exactly
//! what it gives to another, and a balance never goes below zero.

mod error;
mod grant;
mod state;
mod transfer;

use crate::{block::Context, block::Verdict, overlay::Overlay};
use chain_state::{LeafReader, ReadFailure};
use chain_types::native::Operation;

pub use error::Error;
pub(crate) use state::{balance, has_account, set_balance};

pub(crate) fn execute<R: LeafReader>(
    context: &Context<'_>,
    operation: &Operation,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    match operation {
        Operation::Transfer { to, amount } => transfer::execute(context, *to, *amount, overlay),
        Operation::Grant { to, amount } => grant::execute(context, *to, *amount, overlay),
    }
}

//! The account slice's law: who may act for whom. Invariants: only the operator registers tenants, a tenant always
//! keeps at least one author, and a key of small order is never an author.

mod add_author;
mod error;
mod register_tenant;
mod remove_author;

use crate::{block::Context, block::Verdict, overlay::Overlay};
use chain_state::{LeafReader, ReadFailure};
use chain_types::account::Operation;

pub use error::Error;

pub(crate) fn execute<R: LeafReader>(
    context: &Context<'_>,
    operation: &Operation,
    overlay: &mut Overlay<'_, R>,
) -> Result<Verdict, ReadFailure> {
    match operation {
        Operation::RegisterTenant { tenant, author, partitions } => {
            register_tenant::execute(context, *tenant, *author, *partitions, overlay)
        }
        Operation::AddAuthor { author } => add_author::execute(context, *author, overlay),
        Operation::RemoveAuthor { author } => remove_author::execute(context, *author, overlay),
    }
}

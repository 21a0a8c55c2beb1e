//! `register_product`: registers a product.

use super::{Rejection, state::record_product};
use crate::{
    overlay::Overlay,
    verdict::{Context, Outcome, Verdict, applied, require},
};
use chain_types::product::{Event, RegisterProduct};

pub(super) fn execute(context: &Context<'_>, command: &RegisterProduct, overlay: &mut Overlay<'_>) -> Verdict {
    let RegisterProduct { product, content } = *command;
    require(context.subjects.binary_search(&product).is_ok(), Rejection::SubjectMissing)?;
    if record_product(context, product, content, overlay)? {
        applied(Event::ProductRegistered { product })
    } else {
        Ok(Outcome::Repeated)
    }
}

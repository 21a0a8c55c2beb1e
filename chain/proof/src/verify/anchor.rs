//! Step `anchor`: the chain is the one that the reader chose to trust. An anchor's id is the digest of its genesis
//! document and so is the bundle's by now, so comparing the ids compares the documents.

use super::fault::Fault;
use crate::{Anchor, Bundle, Verdict};

pub(super) fn check(bundle: &Bundle, anchor: &Anchor) -> Result<(), Fault> {
    if bundle.chain_id == anchor.chain_id().0 {
        return Ok(());
    }
    let detail = format!("the bundle is about another chain than the anchor, which is for {}", anchor.chain_id());
    Err(Fault::new(Verdict::UntrustedAnchor, detail))
}

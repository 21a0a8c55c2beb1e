//! Step `anchor`: checks that the evidence rests on the committee that the reader trusts. Invariant: no accepted
//! certificate is from an epoch before the anchor's. Validators of earlier epochs have no bond left and could sign a
//! false certificate.

use super::fault::Fault;
use crate::{Anchor, Bundle, Verdict};
use chain_types::BlockHeader;

pub(super) fn check(bundle: &Bundle, anchor: &Anchor) -> Result<(), Fault> {
    let refused = |detail| Err(Fault::new(Verdict::UntrustedAnchor, detail));
    if bundle.chain_id != anchor.chain_id().0 {
        let detail = format!("the bundle is about another chain than the anchor, which is for {}", anchor.chain_id());
        return refused(detail);
    }
    match bundle.certified_headers().find(|header| header.epoch < anchor.epoch()) {
        Some(BlockHeader { shard, height, epoch, .. }) => refused(format!(
            "block {height} of shard {shard} was certified in epoch {epoch}, before the anchor's epoch {}: fetch the \
             bundle again, or pass an anchor of epoch {epoch} or earlier",
            anchor.epoch()
        )),
        None => Ok(()),
    }
}

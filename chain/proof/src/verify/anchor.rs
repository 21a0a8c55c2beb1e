//! Step `anchor`: the evidence rests on what the reader chose to trust. An anchor's chain id binds the genesis document
//! of the bundle, whose digest it is by now. The anchor's epoch binds the blocks: a certificate of an earlier epoch can
//! be made at any time by the validators of that epoch, whose bonds are long paid out.

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

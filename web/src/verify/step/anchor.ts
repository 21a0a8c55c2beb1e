//! Step `anchor`: the evidence rests on what the reader chose to trust. An anchor's chain id binds the genesis document
//! of the bundle, whose digest it is by now. The anchor's epoch binds the blocks: a certificate of an earlier epoch can
//! be made at any time by the validators of that epoch, whose bonds are long paid out.

import { type Anchor, type Bundle, certifiedHeaders } from "../bundle.ts";
import { equal } from "../bytes.ts";
import { UntrustedAnchorError } from "../report.ts";

/** Checks that the chain is the anchor's, and that no block was certified before the anchor's epoch. */
export function checkAnchor(bundle: Bundle, anchor: Anchor): { epoch: string } {
  if (!equal(bundle.chainId, anchor.chainId)) {
    throw new UntrustedAnchorError("the bundle is about another chain than the anchor");
  }
  const { epoch } = anchor.committees.committee;
  for (const header of certifiedHeaders(bundle)) {
    if (header.epoch < epoch) {
      throw new UntrustedAnchorError(
        `block ${header.height} of shard ${header.shard} was certified in epoch ${header.epoch}, before the anchor's ` +
          `epoch ${epoch}: fetch the bundle again, or pass an anchor of epoch ${header.epoch} or earlier`,
      );
    }
  }
  return { epoch: `${epoch}` };
}

//! Step `anchor`: the evidence is based on the reader's anchor. Invariant: the chain is the anchor's, and no block was
//! certified in an epoch before the anchor's. The validators of an earlier epoch, whose bonds were paid out long ago,
//! could sign a new certificate at any time.

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

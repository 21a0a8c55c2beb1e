//! Step `hand_overs`: each new committee was certified by the committee trusted before it. Invariant: trust begins with
//! the anchor's committee. A hand-over is trusted only after its record and its certificate were checked.

import type { Anchor, Bundle, HandOverPart } from "../bundle.ts";
import { equal, littleEndian } from "../bytes.ts";
import { encodeEpochEnded } from "../ledger-event.ts";
import { pathRoot } from "../merkle.ts";
import { check } from "../report.ts";
import type { Trusted } from "../trusted.ts";
import { TAG, type Workbook } from "../workbook.ts";
import { checkCertificate } from "./certificate.ts";

/** The maximum number of hand-overs in a bundle: the changes of validators between the anchor and the evidence. */
export const HAND_OVERS_MAX = 1_024;

/** The shard that decides the validators. */
const BEACON_SHARD = 0;

/** Checks that the block contains the record whose receipt ends the epoch with this hand-over. */
async function checkRecord(book: Workbook, part: HandOverPart): Promise<void> {
  const leaf = await book.tagged(
    "record",
    TAG.record,
    part.txId,
    littleEndian(part.index, 4),
    littleEndian(part.core.length, 4),
    part.core,
    part.body,
    encodeEpochEnded(part.handOver),
  );
  const root = await pathRoot(book, part.inclusion, await book.leaf("record leaf", leaf));
  check(root !== null, "the path of the hand-over's record does not fit its index and the block's size");
  const records = await book.tagged("records", TAG.records, littleEndian(part.inclusion.size, 8), root);
  check(equal(records, part.block.header.recordsRoot), "no record of the block decided this hand-over");
}

/**
 * Checks that the last block of an epoch on the beacon's shard records the hand-over. The block's certificate is not
 * checked here.
 */
export async function checkDecision(book: Workbook, part: HandOverPart): Promise<void> {
  const { header } = part.block;
  const { committee, height, version } = part.handOver;
  check(header.epoch + 1n === committee.epoch, "the hand-over is not to the epoch after its block's");
  check(header.shard === BEACON_SHARD, "the hand-over is not on the beacon's shard");
  check(header.version <= version, "the hand-over goes back to an earlier protocol");
  check(header.height === height, "the hand-over is of another block");
  await checkRecord(book, part);
}

/**
 * Checks the hand-overs in order and trusts each from then on. Those to epochs before the first trusted one are not
 * checked, because nothing depends on them.
 */
export async function checkHandOvers(
  book: Workbook,
  { genesis, handOvers }: Pick<Bundle, "genesis" | "handOvers">,
  { trusted, anchor }: { trusted: Trusted; anchor: Anchor | null },
): Promise<{ count: number; epoch: string }> {
  const parts = handOvers ?? [];
  check(parts.length <= HAND_OVERS_MAX, `a bundle has at most ${HAND_OVERS_MAX} hand-overs`);
  let before = genesis.validators.epoch;
  for (const { handOver } of parts) {
    check(handOver.committee.epoch > before, "the hand-overs are out of order");
    before = handOver.committee.epoch;
  }
  for (const part of parts) {
    const { committee, bytes } = part.handOver;
    if (committee.epoch < trusted.firstEpoch) continue;
    if (committee.epoch === trusted.firstEpoch) {
      const isAnchors = anchor?.handOver != null && equal(bytes, anchor.handOver);
      check(isAnchors, "the hand-over to the anchor's epoch is not the anchor's");
      continue;
    }
    await checkDecision(book, part);
    await checkCertificate(book, trusted, part.block);
    trusted.push(part.handOver);
  }
  return { count: parts.length, epoch: `${trusted.lastEpoch}` };
}

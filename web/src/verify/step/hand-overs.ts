//! Step `hand_overs`: each committee was certified by the one that was trusted before it.

import type { HandOverPart } from "../bundle.ts";
import { equal, littleEndian } from "../bytes.ts";
import { pathRoot } from "../merkle.ts";
import { check } from "../report.ts";
import type { Trusted } from "../trusted.ts";
import { encodeEpochEnded } from "../validator.ts";
import { TAG, type Workbook } from "../workbook.ts";
import { checkCertificate } from "./certificate.ts";

/** Hand-overs of one bundle: how often the validators may have changed between genesis and the evidence. */
export const HAND_OVERS_MAX = 1_024;

/** The shard that decides who validates. */
const BEACON_SHARD = 0;

/** The block holds a record whose receipt is that the epoch ended with this hand-over. */
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

/** Takes the hand-overs in their order; each is believed from then on. */
export async function checkHandOvers(
  book: Workbook,
  parts: readonly HandOverPart[],
  trusted: Trusted,
): Promise<{ count: number; epoch: string }> {
  check(parts.length <= HAND_OVERS_MAX, `a bundle has at most ${HAND_OVERS_MAX} hand-overs`);
  let before = trusted.lastEpoch;
  for (const { handOver } of parts) {
    check(handOver.committee.epoch > before, "the hand-overs are out of order");
    before = handOver.committee.epoch;
  }
  for (const part of parts) {
    const { header } = part.block;
    const { committee, height } = part.handOver;
    check(header.epoch + 1n === committee.epoch, "the hand-over is not to the epoch after its block's");
    check(header.shard === BEACON_SHARD, "the hand-over is not on the beacon's shard");
    check(header.height === height, "the hand-over is of another block");
    await checkRecord(book, part);
    await checkCertificate(book, trusted, part.block);
    trusted.push(part.handOver);
  }
  return { count: parts.length, epoch: `${trusted.lastEpoch}` };
}

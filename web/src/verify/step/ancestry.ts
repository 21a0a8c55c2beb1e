//! Step `certificate` for a record's block without its own certificate. Invariant: passes only if a quorum finalised a
//! later block of the same shard, and that block descends from the record's block.

import type { AncestryPart, StreamPart } from "../bundle.ts";
import { type Bytes, equal } from "../bytes.ts";
import { ANCESTRY_KEY, type Ancestry, type BlockHeader } from "../ledger-type.ts";
import { pathRoot } from "../merkle.ts";
import { check, IncompleteError } from "../report.ts";
import { stateRoot } from "../state.ts";
import type { Trusted } from "../trusted.ts";
import { TAG, type Workbook } from "../workbook.ts";
import { checkCertificate } from "./certificate.ts";

/** The number of complete subtrees that cover `count` leaves: the number of ones in binary. */
function subtrees(count: bigint): number {
  return count.toString(2).replaceAll("0", "").length;
}

/** The root of the tree, or `null` when count and peaks do not fit together. */
async function rootOf(book: Workbook, { count, peaks }: Ancestry): Promise<Bytes | null> {
  if (count === 0n || peaks.length !== subtrees(count)) return null;
  let root: Bytes | null = null;
  for (const peak of [...peaks].reverse()) root = root === null ? peak : await book.node(peak, root);
  return root;
}

async function contains(
  book: Workbook,
  { peaks, path }: AncestryPart,
  { height, bytes }: BlockHeader,
): Promise<boolean> {
  const leaf = await book.leaf("header leaf", await book.tagged("block header", TAG.header, bytes));
  const shown = await pathRoot(book, { index: height, size: peaks.count, siblings: path }, leaf);
  const root = await rootOf(book, peaks);
  return shown !== null && root !== null && equal(shown, root);
}

/** Checks that the record's block is an ancestor of the stream's block, and the certificate of the latter. */
export async function checkAncestry(
  book: Workbook,
  trusted: Trusted,
  block: { header: BlockHeader; ancestry: AncestryPart },
  stream: StreamPart | null,
): ReturnType<typeof checkCertificate> {
  if (stream === null) {
    throw new IncompleteError("the record's block comes without a certificate, and without a later block");
  }
  const { header, ancestry } = block;
  const later = stream.block;
  const found = await checkCertificate(book, trusted, later);
  check(equal(header.chainId, trusted.chainId), "the block is of another chain");
  check(header.shard === later.header.shard, "the later block is of another shard");
  check(header.version <= later.header.version, "the later block follows an earlier protocol");
  const path = await book.tagged("state key", TAG.stateKey, ANCESTRY_KEY);
  const terminal = { kind: "present" as const, value: ancestry.peaks.bytes };
  const root = await stateRoot(book, { siblings: ancestry.siblings, terminal }, path);
  const isHeld =
    root !== null && equal(root, later.header.stateRoot) && ancestry.peaks.count === later.header.height;
  check(isHeld, "the later block's state does not hold these headers");
  check(await contains(book, ancestry, header), "the block is not an ancestor of the later one");
  return found;
}

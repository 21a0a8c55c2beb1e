//! Step `certificate` for a record's block without a certificate of its own: a quorum made a later block of its shard
//! final, and that block descends from it.

import type { AncestryPart, StreamPart } from "../bundle.ts";
import { type Bytes, equal } from "../bytes.ts";
import { ANCESTRY_KEY, type Ancestry, type BlockHeader } from "../ledger-type.ts";
import { pathRoot } from "../merkle.ts";
import { check, IncompleteError } from "../report.ts";
import { stateRoot } from "../state.ts";
import type { Trusted } from "../trusted.ts";
import { TAG, type Workbook } from "../workbook.ts";
import { checkCertificate } from "./certificate.ts";

/** How many complete subtrees cover `count` leaves: the ones of `count` in binary. */
function subtrees(count: bigint): number {
  return count.toString(2).replaceAll("0", "").length;
}

/** The root of the tree, or `null` for a value that is of no tree. */
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

/** Checks that the record's block is an ancestor of the stream's, and that block's certificate. */
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

//! Merkle trees over an ordered list, RFC 9162 section 2.1. Invariant: a path proves one leaf at one index of a tree of
//! one size, and nothing else.

import type { Bytes } from "./bytes.ts";
import type { Workbook } from "./workbook.ts";

/** Computes the root over leaf hashes; the root of the empty tree is SHA-256 of the empty string. */
export async function merkleRoot(book: Workbook, leaves: readonly Bytes[]): Promise<Bytes> {
  let level = [...leaves];
  while (level.length > 1) {
    const parents: Bytes[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at], level[at + 1]];
      if (left !== undefined) parents.push(right === undefined ? left : await book.node(left, right));
    }
    level = parents;
  }
  return level[0] ?? book.sha256("empty tree");
}

/** An inclusion path. */
export interface MerklePath {
  /** The index of the leaf, from 0. */
  index: bigint;
  /** The number of leaves. */
  size: bigint;
  /** Sibling hashes from the leaf up, 32 bytes each. */
  siblings: readonly Bytes[];
}

/**
 * Computes the root from a path and a leaf hash; `null` when the path's length does not fit its index and size (RFC
 * 9162 section 2.1.3.2).
 */
export async function pathRoot(book: Workbook, path: MerklePath, leaf: Bytes): Promise<Bytes | null> {
  if (path.index >= path.size) return null;
  let [at, last, node, used] = [path.index, path.size - 1n, leaf, 0];
  while (last > 0n) {
    if ((at & 1n) === 1n || at < last) {
      const sibling = path.siblings[used];
      if (sibling === undefined) return null;
      used += 1;
      node = (at & 1n) === 1n ? await book.node(sibling, node) : await book.node(node, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return used === path.siblings.length ? node : null;
}

//! Proofs over the ledger's sparse Merkle state. Invariant: a proof shows one key present with one value, or absent,
//! under one root.
//!
//! The tree: the path of a key is the bits of its hash, beginning with the top bit of the first byte. A subtree without
//! keys is 32 zero bytes. A subtree with one key is that key's leaf, whatever its depth. Any other is the node over its
//! two halves.

import { type Bytes, equal } from "./bytes.ts";
import { TAG, type Workbook } from "./workbook.ts";

/** The length of a path in bits, which is the maximum number of siblings in a proof. */
export const STATE_DEPTH_MAX = 256;

/** The end of a proof's path. */
export type Terminal =
  | { kind: "present"; value: Bytes }
  | { kind: "empty" }
  | { kind: "other"; path: Bytes; valueHash: Bytes };

/** A proof that a key has a value, or none. */
export interface StateProof {
  /** Sibling hashes from the root down. */
  siblings: readonly Bytes[];
  terminal: Terminal;
}

function bit(path: Uint8Array, depth: number): boolean {
  return ((path[depth >> 3] ?? 0) & (0x80 >> (depth & 7))) !== 0;
}

async function terminalHash(book: Workbook, proof: StateProof, path: Bytes): Promise<Bytes | null> {
  const { terminal, siblings } = proof;
  switch (terminal.kind) {
    case "present": {
      const value = await book.tagged("state value", TAG.stateValue, terminal.value);
      return book.leaf("state leaf", path, value);
    }
    case "empty":
      return new Uint8Array(32);
    case "other": {
      const shared = siblings.every((_, depth) => bit(path, depth) === bit(terminal.path, depth));
      if (!shared || equal(path, terminal.path)) return null;
      return book.leaf("state leaf", terminal.path, terminal.valueHash);
    }
  }
}

/** Computes the root from a proof and a key's path; `null` when the proof is about another path. */
export async function stateRoot(book: Workbook, proof: StateProof, path: Bytes): Promise<Bytes | null> {
  if (proof.siblings.length > STATE_DEPTH_MAX) return null;
  let node = await terminalHash(book, proof, path);
  for (let depth = proof.siblings.length - 1; node !== null && depth >= 0; depth -= 1) {
    const sibling = proof.siblings[depth];
    if (sibling === undefined) return null;
    node = bit(path, depth) ? await book.node(sibling, node) : await book.node(node, sibling);
  }
  return node;
}

//! Tests the Merkle paths of every small tree, by the recursive definition of RFC 9162 section 2.1.1. Each leaf has a
//! valid path, and no path fits another leaf.

import { describe, expect, test } from "vitest";
import { type Bytes, equal, littleEndian } from "./bytes.ts";
import { merkleRoot, pathRoot } from "./merkle.ts";
import { Workbook } from "./workbook.ts";

const book = new Workbook(() => {});

async function byDefinition(leaves: readonly Bytes[]): Promise<Bytes> {
  const [only] = leaves;
  if (only === undefined) return book.sha256("empty tree");
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return book.node(await byDefinition(leaves.slice(0, split)), await byDefinition(leaves.slice(split)));
}

async function siblingsByDefinition(leaves: readonly Bytes[], index: number): Promise<Bytes[]> {
  if (leaves.length <= 1) return [];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...(await siblingsByDefinition(left, index)), await byDefinition(right)]
    : [...(await siblingsByDefinition(right, index - split)), await byDefinition(left)];
}

describe("trees", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13])("of %i leaves", async (size) => {
    const leaves = await Promise.all(
      Array.from({ length: size }, (_, at) => book.leaf("leaf", littleEndian(at, 4))),
    );
    const root = await merkleRoot(book, leaves);
    expect(root).toEqual(await byDefinition(leaves));
    for (const index of leaves.keys()) {
      const siblings = await siblingsByDefinition(leaves, index);
      const path = { index: BigInt(index), size: BigInt(size), siblings };
      for (const [other, leaf] of leaves.entries()) {
        const reached = await pathRoot(book, path, leaf);
        expect(reached !== null && equal(reached, root)).toBe(other === index);
      }
      const leaf = leaves[index] ?? root;
      expect(await pathRoot(book, { ...path, siblings: [...siblings, root] }, leaf)).toBeNull();
      expect(await pathRoot(book, { ...path, index: BigInt(size) }, leaf)).toBeNull();
    }
  });
});

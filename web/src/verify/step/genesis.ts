//! Step `genesis`: the genesis document is the one that the chain's id names, and a chain may start from it.

import type { Anchor, Bundle } from "../bundle.ts";
import { equal, toHex } from "../bytes.ts";
import { check, UntrustedAnchorError } from "../report.ts";
import { TAG, type Workbook } from "../workbook.ts";

/** Shards of one chain. */
export const SHARDS_MAX = 64;
/** Validators of one set. */
export const VALIDATORS_MAX = 1_024;

/** Keys of small order, which any signature may claim: the five that the ledger refuses, sign bit cleared, and the two
 * non-canonical encodings (y = p and y = p + 1). */
const SMALL_ORDER = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

function isSmallOrder(key: Uint8Array): boolean {
  const bytes = key.slice();
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return SMALL_ORDER.has(toHex(bytes));
}

/** A genesis document and the id that claims to name it: part of bundles and of anchors. */
export type GenesisClaim = Pick<Bundle, "chainId" | "genesis">;

/** Checks the genesis document against the chain's id. */
export async function checkGenesis(
  book: Workbook,
  { chainId, genesis }: GenesisClaim,
): Promise<{ name: string; shards: number; validators: number }> {
  const digest = await book.tagged("genesis", TAG.genesis, genesis.bytes);
  check(equal(digest, chainId), "the genesis document is not the one that the chain id names");
  check(genesis.shards >= 1 && genesis.shards <= SHARDS_MAX, `a chain has 1 to ${SHARDS_MAX} shards`);
  const { validators } = genesis.validators;
  check(
    validators.length >= 1 &&
      validators.length <= VALIDATORS_MAX &&
      validators.every(({ weight }) => weight > 0n),
    `a chain has 1 to ${VALIDATORS_MAX} validators, each with a weight`,
  );
  const keys = new Set(validators.map(({ key }) => toHex(key)));
  const weak = [genesis.operator, ...validators.map(({ key }) => key)].some(isSmallOrder);
  check(keys.size === validators.length && !weak, "keys are distinct and not of small order");
  const { beacon } = genesis;
  const isOfDocument =
    beacon === null ||
    (beacon.shards === genesis.shards &&
      beacon.keys.length === validators.length &&
      validators.every(({ key }, at) => equal(key, beacon.keys[at] ?? new Uint8Array())));
  check(isOfDocument, "the beacon is for the document's shards and validators");
  return { name: genesis.name, shards: genesis.shards, validators: validators.length };
}

/**
 * Step `anchor`: the chain is the one that the reader chose to trust. An anchor's id is the digest of its genesis
 * document and so is the bundle's by now, so comparing the ids compares the documents.
 */
export function checkAnchor(bundle: Bundle, anchor: Anchor): void {
  if (!equal(bundle.chainId, anchor.chainId)) {
    throw new UntrustedAnchorError("the bundle is about another chain than the anchor");
  }
}

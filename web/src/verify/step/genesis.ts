//! Step `genesis`: the chain id is the digest of the genesis document, and the document is valid. Invariant: the step
//! only checks; whether the chain is trusted is decided by the anchor.

import type { Bundle } from "../bundle.ts";
import { equal, toHex } from "../bytes.ts";
import { isSmallOrder } from "../ed25519.ts";
import { check } from "../report.ts";
import { TAG, type Workbook } from "../workbook.ts";

/** The maximum number of shards of a chain. */
export const SHARDS_MAX = 64;
/** The maximum number of validators in a set. */
export const VALIDATORS_MAX = 1_024;

/** How many times a validator must be able to execute the largest block within the first view. */
const BLOCKS_PER_VIEW = 4n;

/** The supply of native units: 21,000,000,000 tokens with 8 decimals. */
const SUPPLY = 2_100_000_000_000_000_000n;

/** A genesis document and the chain id, which are part of bundles and of anchors. */
export type GenesisClaim = Pick<Bundle, "chainId" | "genesis">;

/** Checks the genesis document against the chain id. */
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
  const weak = [genesis.operator, ...validators.map(({ key }) => key)].some((key) =>
    isSmallOrder(key.slice(1)),
  );
  check(keys.size === validators.length && !weak, "keys are distinct and not of small order");
  const { beacon } = genesis;
  const isOfDocument =
    beacon === null ||
    (beacon.shards === genesis.shards &&
      beacon.keys.length === validators.length &&
      validators.every(({ key }, at) => equal(key, beacon.keys[at] ?? new Uint8Array())));
  check(isOfDocument, "the beacon is for the document's shards and validators");
  const blocksUs = genesis.blockWorkMax * BLOCKS_PER_VIEW;
  check(
    genesis.blockWorkMax > 0n && blocksUs <= genesis.viewMs * 1_000n,
    "the most work of a block, in microseconds, is above zero and at most a quarter of the first view",
  );
  check(beacon === null || beacon.bonded <= SUPPLY, "the validators' bonds are at most the supply");
  return { name: genesis.name, shards: genesis.shards, validators: validators.length };
}

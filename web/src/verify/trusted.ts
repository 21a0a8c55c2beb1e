//! Who may certify, by epoch and shard. Invariant: begins with the genesis document's validators, and grows only by
//! hand-overs that those trusted before certified.

import type { Bundle } from "./bundle.ts";
import type { Bytes } from "./bytes.ts";
import type { HandOver, Validator, ValidatorSet } from "./validator.ts";

type Committees = Pick<HandOver, "committee" | "sampled">;

/** The validators that a verification trusts. */
export class Trusted {
  readonly chainId: Bytes;
  private readonly handOvers: Committees[];

  constructor({ chainId, genesis }: Pick<Bundle, "chainId" | "genesis">) {
    this.chainId = chainId;
    this.handOvers = [{ committee: genesis.validators, sampled: [] }];
  }

  /** The epoch of the last hand-over. */
  get lastEpoch(): bigint {
    return this.handOvers.at(-1)?.committee.epoch ?? 0n;
  }

  /** Who signs a shard in an epoch as far as is known, and since which epoch. */
  at(epoch: bigint, shard: number): { since: bigint; validators: readonly Validator[] } {
    // An epoch before the first is judged by the first, as everything is that no hand-over leads to.
    const found = this.handOvers.findLast(({ committee }) => committee.epoch <= epoch) ?? this.handOvers[0];
    if (found === undefined) return { since: 0n, validators: [] };
    const set: ValidatorSet = (shard === 0 ? undefined : found.sampled[shard - 1]) ?? found.committee;
    return { since: found.committee.epoch, validators: set.validators };
  }

  /** Believes a hand-over; its epoch is greater than those before it. */
  push(handOver: HandOver): void {
    this.handOvers.push(handOver);
  }
}

//! The committees whose certificates count, by epoch and shard. Invariant: begins with the anchor's committee, or with
//! the genesis document's when there is no anchor, and grows only by hand-overs that a committee in it certified.

import type { Anchor, Bundle, Committees } from "./bundle.ts";
import type { Bytes } from "./bytes.ts";
import type { HandOver, Validator, ValidatorSet } from "./validator.ts";

/** The validators that a verification trusts. */
export class Trusted {
  readonly chainId: Bytes;
  /** The epoch from which on committees are trusted; certificates of epochs before it count for nothing. */
  readonly firstEpoch: bigint;
  private readonly handOvers: Committees[];

  constructor({ chainId, genesis }: Pick<Bundle, "chainId" | "genesis">, anchor: Anchor | null) {
    const first = anchor?.committees ?? {
      version: genesis.version,
      committee: genesis.validators,
      sampled: [],
    };
    this.chainId = chainId;
    this.firstEpoch = first.committee.epoch;
    this.handOvers = [first];
  }

  /** The epoch of the last hand-over. */
  get lastEpoch(): bigint {
    return this.handOvers.at(-1)?.committee.epoch ?? 0n;
  }

  /** Who signs a shard in an epoch as far as is known, since which epoch, and which protocol version that follows. */
  at(epoch: bigint, shard: number): { since: bigint; version: number; validators: readonly Validator[] } {
    // An epoch before the first is judged by the first, as everything is that no hand-over leads to.
    const found = this.handOvers.findLast(({ committee }) => committee.epoch <= epoch) ?? this.handOvers[0];
    if (found === undefined) return { since: 0n, version: 0, validators: [] };
    const set: ValidatorSet = (shard === 0 ? undefined : found.sampled[shard - 1]) ?? found.committee;
    return { since: found.committee.epoch, version: found.version, validators: set.validators };
  }

  /** Believes a hand-over; its epoch is greater than those before it. */
  push(handOver: HandOver): void {
    this.handOvers.push(handOver);
  }
}

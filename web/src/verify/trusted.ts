//! The committees whose certificates are trusted, by epoch and shard. Invariant: trust begins with the anchor's
//! committee, or without an anchor with the genesis document's. The caller adds only hand-overs that a trusted
//! committee certified.

import type { Anchor, Bundle, Committees } from "./bundle.ts";
import type { Bytes } from "./bytes.ts";
import type { HandOver, Validator, ValidatorSet } from "./validator.ts";

/** The trusted committees of one chain, in order of their epochs. */
export class Trusted {
  readonly chainId: Bytes;
  /** The epoch from which committees are trusted; certificates of earlier epochs do not count. */
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

  /** The known validators of a shard in an epoch, the epoch since which they are known, and their protocol version. */
  at(epoch: bigint, shard: number): { since: bigint; version: number; validators: readonly Validator[] } {
    // An epoch before the first trusted one gets the first committee; step `anchor` refuses blocks of such epochs.
    const found = this.handOvers.findLast(({ committee }) => committee.epoch <= epoch) ?? this.handOvers[0];
    if (found === undefined) return { since: 0n, version: 0, validators: [] };
    const set: ValidatorSet = (shard === 0 ? undefined : found.sampled[shard - 1]) ?? found.committee;
    return { since: found.committee.epoch, version: found.version, validators: set.validators };
  }

  /** Trusts a hand-over, which the caller has checked. Its epoch must be later than those before it. */
  push(handOver: HandOver): void {
    this.handOvers.push(handOver);
  }
}

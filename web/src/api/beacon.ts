//! Types of the beacon in `GET /v1/ledger/network`: epochs, randomness, bonds and convictions. Invariant: amounts are
//! decimal strings of native units, 10^-8 token.
//!
//! The schema lists the values of some members only in descriptions; their unions are here.

import type { Narrow, Schemas } from "./schema.ts";

/** The round that draws the next epoch's randomness; numbers are indices into the validator set. */
export type BeaconRound = Narrow<Schemas["BeaconRound"], { phase: "dealing" | "revealing" | "done" }>;

/** A validator with a bond; `index`, `weight` and `believability` are `null` without a seat. */
export type BeaconValidator = Narrow<
  Schemas["BeaconValidator"],
  { status: "active" | "candidate" | "leaving" | "benched" | "jailed" }
>;

/** One planned change of a seat; numbers are registry ids. */
export type SeatChange = Schemas["SeatChange"];

/** A validator convicted by evidence; `slashed` is the sum of the three amounts after it. */
export type Conviction = Narrow<
  Schemas["Conviction"],
  { offence: "equivocation" | "broken_promise" | "bad_deal" | "foreign_vote" }
>;

/** The distribution of the native units. */
export type BeaconTreasury = Schemas["BeaconTreasury"];

/** The beacon as of the newest final block of shard 0. */
export type Beacon = Narrow<
  Schemas["Beacon"],
  {
    round: BeaconRound;
    mode: "full" | "sampled";
    validators: BeaconValidator[];
    convictions: Conviction[];
  }
>;

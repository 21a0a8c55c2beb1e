//! The beacon in `GET /v1/ledger/network`: epochs, randomness, bonds and convictions. Amounts are decimal strings of
//! native units, 10^-8 token. The schema names the words of a few members in prose only; their unions are here.

import type { Narrow, Schemas } from "./schema.ts";

/** The draw of the next epoch's randomness; numbers are indices into the validator set. */
export type BeaconRound = Narrow<Schemas["BeaconRound"], { phase: "dealing" | "revealing" | "done" }>;

/** A validator with a bond; `index`, `weight` and `believability` are `null` without a seat. */
export type BeaconValidator = Narrow<
  Schemas["BeaconValidator"],
  { status: "active" | "candidate" | "leaving" | "benched" | "jailed" }
>;

/** One planned change of a seat; numbers are those of the registry. */
export type SeatChange = Schemas["SeatChange"];

/** A validator that evidence convicted: `slashed` is the sum of the three amounts after it. */
export type Conviction = Narrow<
  Schemas["Conviction"],
  { offence: "equivocation" | "broken_promise" | "bad_deal" | "foreign_vote" }
>;

/** The native units of bonds, by their place. */
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

//! Who decides, and on what grounds: the beacon in `GET /v1/ledger/network`. Amounts are decimal strings of native units, 10^-8 token.

import type { Accusation } from "./network.ts";

/** How the next epoch's randomness is drawn; numbers are indices into the validator set. */
export interface BeaconRound {
  phase: "dealing" | "revealing" | "done";
  /** The height of shard 0 from which on the deals are fixed; `null` after that. */
  dealing_until: number | null;
  dealt: number[];
  revealed: number[];
  withheld: number[];
  /** Hexadecimal; `null` until `done`. */
  output: string | null;
}

/** A validator with a bond. */
export interface BeaconValidator {
  /** Its number in the registry, never given twice. */
  id: number;
  /** Hexadecimal. */
  key: string;
  /** Its index in the validator set; `null` without a seat, as `weight` and `believability`. */
  index: number | null;
  status: "active" | "candidate" | "leaving" | "benched" | "jailed";
  bond: string;
  weight: string | null;
  servi: number;
  uptime_ppm: number;
  believability: string | null;
  in_league: boolean;
  registered_epoch: number;
  active_epoch: number | null;
  inactive_epochs: number;
}

/** One planned change of a seat; numbers are those of the registry. */
export interface SeatChange {
  joins: number | null;
  is_ready: boolean | null;
  leaves: number | null;
}

/** A validator that evidence convicted: `slashed` is the sum of the three amounts after it. */
export interface Conviction {
  validator: number;
  /** `null` when it has left the registry. */
  key: string | null;
  epoch: number;
  offence: "equivocation" | "broken_promise" | "bad_deal" | "foreign_vote";
  height: number;
  /** RFC 3339. */
  timestamp: string;
  tx_id: string;
  slashed: string;
  rewarded: string;
  compensated: string;
  burned: string;
  /** The two votes; `null` for another offence. */
  accusation: Accusation | null;
}

/** Where the native units of bonds are. */
export interface BeaconTreasury {
  deposited: string;
  bonds: string;
  owed: string;
  fund: string;
  burned: string;
  withdrawn: string;
}

/** The beacon as of the newest final block of shard 0. */
export interface Beacon {
  epoch: number;
  elapsed_blocks: number;
  epoch_blocks: number;
  may_end: boolean;
  /** Hexadecimal. */
  randomness: string;
  round: BeaconRound;
  mode: "full" | "sampled";
  assignment: { shard: number; validators: number[] }[];
  /** Indices into the validator set, in the order in which they lead. */
  league: number[];
  servi_max: number;
  validators: BeaconValidator[];
  plan: { epoch: number; changes: SeatChange[] };
  convictions: Conviction[];
  treasury: BeaconTreasury;
}

//! Requests the network view of the gateway's node. Invariant: the types are those of the API schema.

import type { Beacon } from "./beacon.ts";
import { readProblem } from "./problem.ts";
import type { Narrow, Path, Schemas } from "./schema.ts";

/** The consensus state of a shard; `timestamp`, `view` and `proposer` are `null` before the first block. */
export type NetworkShard = Schemas["NetworkShard"];

export type NetworkValidator = Schemas["NetworkValidator"];

/** The activity of a validator in a shard's newest blocks. */
export type ValidatorShard = Schemas["ValidatorShard"];

/** A peer of the node; `validator` is `null` for a follower. */
export type NetworkPeer = Schemas["NetworkPeer"];

/** A signed vote of an accusation. */
export type AccusedVote = Schemas["AccusedVote"];

/** An equivocation: two votes of one validator that contradict each other. */
export type Accusation = Schemas["Accusation"];

/** A queue of messages from one shard to another. */
export type Outbox = Schemas["Outbox"];

/** The network view; `beacon` is `null` on a chain whose validators never change. */
export type LedgerNetwork = Narrow<Schemas["LedgerNetwork"], { beacon: Beacon | null }>;

/** The path of the network view. */
export const NETWORK_PATH = "/v1/ledger/network" satisfies Path;

/** Fetches the network view. */
export async function fetchLedgerNetwork(signal: AbortSignal): Promise<LedgerNetwork> {
  const response = await fetch(NETWORK_PATH, { signal });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as LedgerNetwork;
}

//! The network of validators, as the gateway's node sees it.

import type { Beacon } from "./beacon.ts";
import { readProblem } from "./problem.ts";
import type { Narrow, Path, Schemas } from "./schema.ts";

/** The state of consensus on a shard; `timestamp`, `view` and `proposer` are `null` before the first block. */
export type NetworkShard = Schemas["NetworkShard"];

/** A validator. */
export type NetworkValidator = Schemas["NetworkValidator"];

/** A validator's part in a shard's newest blocks. */
export type ValidatorShard = Schemas["ValidatorShard"];

/** A member of the network as the node reaches it; `validator` is `null` for a follower. */
export type NetworkPeer = Schemas["NetworkPeer"];

/** A signed vote of an accusation. */
export type AccusedVote = Schemas["AccusedVote"];

/** Two votes of one validator that contradict each other. */
export type Accusation = Schemas["Accusation"];

/** A queue of messages from one shard to another. */
export type Outbox = Schemas["Outbox"];

/** The whole network; `beacon` is `null` on a chain whose validators never change. */
export type LedgerNetwork = Narrow<Schemas["LedgerNetwork"], { beacon: Beacon | null }>;

/** The path of the network's state. */
export const NETWORK_PATH = "/v1/ledger/network" satisfies Path;

/** Reads the network's state. */
export async function fetchLedgerNetwork(signal: AbortSignal): Promise<LedgerNetwork> {
  const response = await fetch(NETWORK_PATH, { signal });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as LedgerNetwork;
}

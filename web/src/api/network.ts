//! Who keeps the ledger, as the gateway's node sees it.

import type { Beacon } from "./beacon.ts";
import { readProblem } from "./problem.ts";

/** Where consensus is on a shard. */
export interface NetworkShard {
  shard: number;
  /** The newest final block; 0 before the first. */
  height: number;
  index_lag_blocks: number;
  /** When the newest final block was proposed, RFC 3339; `null` before the first, as `view` and `proposer`. */
  timestamp: string | null;
  epoch: number;
  view: number | null;
  /** Transactions that wait; `null` when the shard has stopped on this node. */
  waiting: number | null;
  proposer: number | null;
  /** Who signed the newest block's certificate: a quorum, not everybody; without an index who lost its seat since. */
  signers: { index: number | null; key: string }[];
  /** Blocks that the validators' counts are over. */
  window_blocks: number;
}

/** What a validator did in a shard's newest blocks. */
export interface ValidatorShard {
  shard: number;
  signed_newest: boolean;
  signed_blocks: number;
  led_blocks: number;
  /** Blocks since the newest that it signed; `null` when it signed none of the window. */
  lag_blocks: number | null;
}

/** A validator. */
export interface NetworkValidator {
  index: number;
  /** Hexadecimal. */
  key: string;
  weight: number;
  shards: ValidatorShard[];
}

/** A member of the network as the node reaches it. */
export interface NetworkPeer {
  key: string;
  /** Its index; `null` for a follower. */
  validator: number | null;
  /** RFC 3339; `null` while it is not connected. */
  connected_since: string | null;
  bytes_in: number;
  bytes_out: number;
  dropped: number;
}

/** A signed vote of an accusation. */
export interface AccusedVote {
  epoch: number;
  height: number;
  view: number;
  step: string;
  /** Hexadecimal. */
  block: string;
  /** What was signed, base64. */
  vote: string;
  /** Hexadecimal. */
  digest: string;
  /** Base64. */
  signature: string;
}

/** Two votes of one validator that contradict each other. */
export interface Accusation {
  shard: number;
  validator: number;
  key: string;
  first: AccusedVote;
  second: AccusedVote;
  /** Both in canonical encoding, base64. */
  evidence: string;
}

/** A queue of messages from one shard to another. */
export interface Outbox {
  source: number;
  destination: number;
  sent: number;
  /** Known to the source to be taken in. */
  acknowledged: number;
}

/** The whole network. */
export interface LedgerNetwork {
  chain_id: string;
  /** The validator that the gateway's own node is; `null` for a follower. */
  own_index: number | null;
  window_blocks: number;
  shards: NetworkShard[];
  validators: NetworkValidator[];
  peers: NetworkPeer[];
  accusations: Accusation[];
  outboxes: Outbox[];
  /** `null` on a chain whose validators never change. */
  beacon: Beacon | null;
}

/** Where [`fetchLedgerNetwork`] reads. */
export const NETWORK_PATH = "/v1/ledger/network";

/** Reads `GET /v1/ledger/network`. */
export async function fetchLedgerNetwork(signal: AbortSignal): Promise<LedgerNetwork> {
  const response = await fetch(NETWORK_PATH, { signal });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as LedgerNetwork;
}

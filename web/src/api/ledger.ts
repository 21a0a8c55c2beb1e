//! The ledger's public answers.

import { readProblem } from "./problem.ts";

/** One shard's state as the gateway sees it. */
export interface ShardStatus {
  shard: number;
  height: number;
  indexed_height: number;
  records: number;
  transactions: number;
  /** When the newest block was proposed, RFC 3339. */
  timestamp: string;
}

/** The ledger's state. */
export interface LedgerStatus {
  /** Hexadecimal. */
  chain_id: string;
  name: string;
  shards: ShardStatus[];
  /** Milliseconds from receipt to final over the window; `null` before the first write. */
  finality_ms: { p50: number; p99: number; window: string; count: number } | null;
  version: string;
}

/** Reads `GET /v1/ledger/status`. */
export async function fetchLedgerStatus(signal: AbortSignal): Promise<LedgerStatus> {
  const response = await fetch("/v1/ledger/status", { signal });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as LedgerStatus;
}

//! The ledger's public answers about itself.

import { readProblem } from "./problem.ts";
import type { Path, Schemas } from "./schema.ts";

/** One shard's state as the gateway sees it. */
export type ShardStatus = Schemas["ShardStatus"];

/** The ledger's state; `finality_ms` is `null` before the first write. */
export type LedgerStatus = Schemas["LedgerStatus"];

/** The path of the ledger's state. */
export const STATUS_PATH = "/v1/ledger/status" satisfies Path;

/** Reads the ledger's state. */
export async function fetchLedgerStatus(signal: AbortSignal): Promise<LedgerStatus> {
  const response = await fetch(STATUS_PATH, { signal });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as LedgerStatus;
}

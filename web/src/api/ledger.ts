//! Requests the public status of the ledger. Invariant: the types are those of the API schema.

import { readProblem } from "./problem.ts";
import type { Path, Schemas } from "./schema.ts";

/** The state of one shard, as the gateway sees it. */
export type ShardStatus = Schemas["ShardStatus"];

/** The state of the ledger; `finality_ms` is `null` before the first write. */
export type LedgerStatus = Schemas["LedgerStatus"];

/** The path of the ledger's status. */
export const STATUS_PATH = "/v1/ledger/status" satisfies Path;

/** Fetches the ledger's status. */
export async function fetchLedgerStatus(signal: AbortSignal): Promise<LedgerStatus> {
  const response = await fetch(STATUS_PATH, { signal });
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as LedgerStatus;
}

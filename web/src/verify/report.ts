//! What a verification answers. Invariant: only `verified` is success, and every other verdict says which step or part
//! stands in the way; the words are those of `waymark verify --json`.

import type { Document } from "./document.ts";
import type { Computation } from "./workbook.ts";

/** The steps, in the order in which they are taken. */
export const STEPS = [
  "shape",
  "genesis",
  "anchor",
  "hand_overs",
  "fields",
  "command",
  "author",
  "record",
  "inclusion",
  "certificate",
  "subject",
  "stream",
] as const;

/** A step's stable machine word. */
export type StepName = (typeof STEPS)[number];

/** The outcome of a verification. */
export type Verdict = "verified" | "tampered" | "incomplete" | "untrusted_anchor" | "unreadable";

/** Computations kept per step; a long stream makes more than anyone reads, and they are counted all the same. */
export const COMPUTATIONS_PER_STEP_MAX = 200;

/** One step and what was computed in it. */
export interface StepReport {
  step: StepName;
  ok: boolean;
  /** What is wrong, in English; `null` when nothing is. */
  detail: string | null;
  /** What was found, by name, when there is something to say. */
  found: Readonly<Record<string, string | number>> | null;
  /** The first computations, at most COMPUTATIONS_PER_STEP_MAX. */
  computations: readonly Computation[];
  /** How many there were. */
  computationCount: number;
}

/** What a proven record says. */
export interface RecordReport {
  /** The tenant's UUID. */
  tenant: string;
  shard: number;
  height: bigint;
  /** When its block was proposed, RFC 3339 in UTC with milliseconds. */
  timestamp: string;
  /** Hexadecimal. */
  tx_id: string;
  /** Hexadecimal. */
  leaf: string;
  outcome: "applied" | "repeated" | "rejected";
  events: readonly string[];
  /** Why nothing happened, when rejected. */
  rejection: { code: string; fields: readonly (readonly [string, string])[] } | null;
  /** The disclosed fields by JSON pointer, each value as canonical JSON. */
  fields: ReadonlyMap<string, string>;
  /** How many fields are withheld; `null` when the record's key is gone and nobody knows. */
  withheld: number | null;
  /** The document that the disclosed fields make up; `null` when none is disclosed or the body is no JSON. */
  document: Document;
}

/** What a proven stream says. */
export interface StreamReport {
  kind: string;
  id: string;
  /** How many records the stream holds; 0 is a proved absence. */
  count: number;
  complete: true;
  /** The shard that answers for it, and as of when: RFC 3339, UTC, milliseconds. */
  shard: number;
  height: bigint;
  timestamp: string;
}

/** The first committee that is believed. */
export interface TrustReport {
  /** Where it was named: in the bundle's own genesis document, or in the reader's anchor. */
  source: "bundle" | "anchor";
  /** The epoch from which on it is believed. */
  epoch: bigint;
  /** The height of the header of shard 0 that names it; 0 for a genesis document. */
  height: bigint;
  /** When that was: RFC 3339, UTC, milliseconds. */
  as_of: string;
}

/** The result of a verification. */
export interface Report {
  verdict: Verdict;
  /** The step that failed, or `null`. */
  step: StepName | null;
  /** What is wrong, in English, or `null`. */
  detail: string | null;
  /** Hexadecimal; `null` when the bundle's shape did not show one. */
  chain_id: string | null;
  /** Whether the chain's id was compared with one that the reader chose. */
  anchored: boolean;
  /** What the verdict rests on; `null` when no anchor was given and the bundle could not be read. */
  trust: TrustReport | null;
  steps: readonly StepReport[];
  record: RecordReport | null;
  /** The identifier that the record is proven to be about, when the bundle names one. */
  subject: { kind: string; id: string } | null;
  stream: StreamReport | null;
  /** Hashes and signature checks done. */
  computationCount: number;
}

/** A step found something wrong: the bundle is not what it claims to be. */
export class TamperedError extends Error {}
/** The bundle rests on something else than what the reader trusts: another chain, or keys from before the anchor. */
export class UntrustedAnchorError extends Error {}
/** The bundle does not hold enough to prove anything. */
export class IncompleteError extends Error {}

/** Throws TamperedError with `detail` unless `condition` holds. */
export function check(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new TamperedError(detail);
}

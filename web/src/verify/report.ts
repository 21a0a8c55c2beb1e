//! The result of a verification. Invariant: only `verified` is success, and every other verdict names the step or the
//! missing part; names and values are those of `waymark verify --json`.

import type { Document } from "./document.ts";
import type { Computation } from "./workbook.ts";

/** The steps in their order. */
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

/** The stable name of a step. */
export type StepName = (typeof STEPS)[number];

export type Verdict = "verified" | "tampered" | "incomplete" | "untrusted_anchor" | "unreadable";

/** The maximum number of computations kept per step. A long stream makes more; all of them are counted. */
export const COMPUTATIONS_PER_STEP_MAX = 200;

/** One step and its computations. */
export interface StepReport {
  step: StepName;
  ok: boolean;
  /** The fault, in English; `null` when the step passed. */
  detail: string | null;
  /** The step's results by name; `null` when there are none to show. */
  found: Readonly<Record<string, string | number>> | null;
  /** The first computations, at most COMPUTATIONS_PER_STEP_MAX. */
  computations: readonly Computation[];
  /** The number of all computations of the step. */
  computationCount: number;
}

/** The proven content of a record. */
export interface RecordReport {
  /** The tenant's UUID. */
  tenant: string;
  shard: number;
  height: bigint;
  /** The time at which its block was proposed, RFC 3339 in UTC with milliseconds. */
  timestamp: string;
  /** The transaction id, in hexadecimal. */
  tx_id: string;
  /** The record's leaf, in hexadecimal. */
  leaf: string;
  outcome: "applied" | "repeated" | "rejected";
  events: readonly string[];
  /** The reason of a rejection; `null` unless rejected. */
  rejection: { code: string; fields: readonly (readonly [string, string])[] } | null;
  /** The disclosed fields by JSON pointer, each value as canonical JSON. */
  fields: ReadonlyMap<string, string>;
  /** The number of withheld fields; `null` when the record's key was deleted, so that it is unknown. */
  withheld: number | null;
  /** The document assembled from the disclosed fields; `null` when none is disclosed or the body is not JSON. */
  document: Document;
}

/** The proven content of a record that a stream opens. */
export interface OpenedReport {
  outcome: RecordReport["outcome"];
  events: readonly string[];
  /** As in RecordReport. */
  withheld: number | null;
  /** As in RecordReport. */
  document: Document;
}

/** One record of a stream. */
export interface StreamRecordReport {
  /** The record's leaf, in hexadecimal. */
  leaf: string;
  /** The content; `null` when the bundle only proves that the record exists. */
  opened: OpenedReport | null;
}

/** The proven content of a stream. */
export interface StreamReport {
  /** The UUID of the tenant that made these records. Nothing is said about other tenants' records. */
  tenant: string;
  kind: string;
  id: string;
  /** The number of records in the stream; 0 is a proved absence. */
  count: number;
  complete: true;
  /** The shard, height and block time of the proof; the time in RFC 3339, UTC, milliseconds. */
  shard: number;
  height: bigint;
  timestamp: string;
  /** The records in the order of the stream, as many as `count`. */
  records: readonly StreamRecordReport[];
}

/** The end of the name of an event that declares an earlier record erroneous, in every domain. */
const ERROR_DECLARED = ".error_declared";

/** The numbers, from 1, of the records of a stream that declare an error. */
export function errorDeclarations({ records }: StreamReport): number[] {
  const declares = ({ opened }: StreamRecordReport) =>
    opened?.events.some((name) => name.endsWith(ERROR_DECLARED)) ?? false;
  return records.flatMap((record, index) => (declares(record) ? [index + 1] : []));
}

/** The first committee that is trusted. */
export interface TrustReport {
  /** The document that names it: the bundle's own genesis document, or the reader's anchor. */
  source: "bundle" | "anchor";
  /** The epoch from which it is trusted. */
  epoch: bigint;
  /** The height of the header of shard 0 that names it; 0 for a genesis document. */
  height: bigint;
  /** The time of that header or document: RFC 3339, UTC, milliseconds. */
  as_of: string;
}

export interface Report {
  verdict: Verdict;
  /** The step that failed, or `null`. */
  step: StepName | null;
  /** The fault, in English, or `null`. */
  detail: string | null;
  /** The chain id in hexadecimal; `null` when the bundle could not be parsed. */
  chain_id: string | null;
  /** Whether the chain id was compared with that of an anchor. */
  anchored: boolean;
  /** The trust anchor of the verdict; `null` when no anchor was given and the bundle could not be parsed. */
  trust: TrustReport | null;
  steps: readonly StepReport[];
  record: RecordReport | null;
  /** The identifier that the record is proven to be about, if the bundle contains one. */
  subject: { kind: string; id: string } | null;
  stream: StreamReport | null;
  /** The number of hashes and signature checks. */
  computationCount: number;
}

/** A step failed: the bundle does not prove what it claims. */
export class TamperedError extends Error {}
/** The bundle is not based on the anchor: it is of another chain, or was certified before the anchor. */
export class UntrustedAnchorError extends Error {}
/** The bundle does not contain enough to prove anything. */
export class IncompleteError extends Error {}

/** Throws TamperedError with `detail` unless `condition` holds. */
export function check(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new TamperedError(detail);
}

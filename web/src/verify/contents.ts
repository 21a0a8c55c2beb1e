//! The contents of a verified record and of a verified stream. Invariant: reports are made only from proven parts.

import type { BodyPart, Bundle, RecordPart } from "./bundle.ts";
import { type Bytes, equal, fromUtf8, toHex, toUuid } from "./bytes.ts";
import { assemble, type Document, parseDocument } from "./document.ts";
import type { RecordReport, StreamRecordReport, StreamReport } from "./report.ts";

/** A record with its leaf, completely proven. */
export interface Proven {
  record: RecordPart;
  txId: Bytes;
  leaf: Bytes;
}

function disclosedFields(body: BodyPart): Map<string, string> {
  const fields = new Map<string, string>();
  if (body.kind === "public") return fields;
  for (const field of body.fields ?? []) {
    if (field.kind === "disclosed") fields.set(field.pointer, field.value);
  }
  return fields;
}

function withheldCount(body: BodyPart, disclosed: number): number | null {
  if (body.kind === "public") return 0;
  return body.fields === null ? null : body.fields.length - disclosed;
}

function provenDocument(body: BodyPart, fields: ReadonlyMap<string, string>): Document {
  if (body.kind === "sealed") return assemble(fields);
  try {
    return parseDocument(fromUtf8(body.bytes) ?? "null");
  } catch {
    return null;
  }
}

/** The last millisecond that RFC 3339 can express: the end of the year 9999. */
const TIMESTAMP_MS_MAX = 253_402_300_799_999n;

/** A time in milliseconds since 1970 as RFC 3339, UTC. */
export function toRfc3339(timestampMs: bigint): string {
  const bounded = timestampMs > TIMESTAMP_MS_MAX ? TIMESTAMP_MS_MAX : timestampMs;
  return new Date(Number(bounded)).toISOString();
}

function receiptAndBody({ receipt, body }: RecordPart, fields: ReadonlyMap<string, string>) {
  return {
    outcome: receipt.outcome,
    events: receipt.events,
    withheld: withheldCount(body, fields.size),
    document: provenDocument(body, fields),
  };
}

/** The content of the bundle's record. */
export function reportRecord(bundle: Bundle, proven: Proven): RecordReport | null {
  const { record, txId, leaf } = proven;
  if (bundle.block === null) return null;
  const { header } = bundle.block;
  const fields = disclosedFields(record.body);
  return {
    tenant: toUuid(record.transaction.tenant),
    shard: header.shard,
    height: header.height,
    timestamp: toRfc3339(header.timestampMs),
    tx_id: toHex(txId),
    leaf: toHex(leaf),
    rejection: record.receipt.rejection,
    fields,
    ...receiptAndBody(record, fields),
  };
}

/** The content of the bundle's stream; `own` is the bundle's record, which the stream need not repeat. */
export function reportStream(bundle: Bundle, own: Proven | null): StreamReport | null {
  if (bundle.stream === null) return null;
  const { tenant, subject, leaves, records, block } = bundle.stream;
  const { shard, height, timestampMs } = block.header;
  const opened = (leaf: Bytes, index: number) =>
    records?.[index] ?? (own !== null && equal(own.leaf, leaf) ? own.record : null);
  const report = (leaf: Bytes, index: number): StreamRecordReport => {
    const record = opened(leaf, index);
    const content = record === null ? null : receiptAndBody(record, disclosedFields(record.body));
    return { leaf: toHex(leaf), opened: content };
  };
  return {
    tenant: toUuid(tenant),
    kind: subject.kind,
    id: subject.id,
    count: leaves.length,
    complete: true,
    shard,
    height,
    timestamp: toRfc3339(timestampMs),
    records: leaves.map(report),
  };
}

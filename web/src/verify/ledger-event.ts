//! The events in receipts and the commands in records, by slice. Invariant: the exact length of each event is known, so
//! that the bytes after it can be read.

import type { BorshReader } from "./borsh.ts";
import { type Bytes, concat } from "./bytes.ts";
import { readKey } from "./scheme.ts";
import { type HandOver, readHandOver } from "./validator.ts";

/** The name of an event, and a function that skips its members. */
type Kind = readonly [word: string, skip: (reader: BorshReader) => void];

/** Members of a fixed length. */
function fixed(size: number): (reader: BorshReader) => void {
  return (reader) => reader.fixed(size);
}

/** Members of a fixed length, then a decision: commit or abort. */
function decided(size: number): (reader: BorshReader) => void {
  return (reader) => {
    reader.fixed(size);
    reader.variant(2);
  };
}

/** A validator, one of four offences, and the amounts slashed, rewarded, compensated and burned. */
function convicted(reader: BorshReader): void {
  reader.fixed(4);
  reader.variant(4);
  reader.fixed(4 * 8);
}

/** The events of each slice, by variant. A test compares them with the ledger's event table. */
export const SLICES: readonly (readonly Kind[])[] = [
  [
    ["account.tenant_registered", fixed(16)],
    ["account.author_added", readKey],
    ["account.author_removed", readKey],
  ],
  [
    ["provenance.event_captured", fixed(32)],
    ["provenance.error_declared", fixed(32)],
    ["provenance.master_data_recorded", fixed(32)],
  ],
  [
    ["native.transferred", fixed(16 + 16 + 8)],
    ["native.granted", fixed(16 + 8)],
  ],
  [
    ["atomic.sent", fixed(2 + 8)],
    ["atomic.credited", fixed(2 + 8)],
    ["atomic.bounced", fixed(2 + 8 + 8)],
    ["atomic.outbox_acknowledged", fixed(2 + 8)],
    ["atomic.bundle_opened", fixed(32)],
    ["atomic.leg_prepared", fixed(32 + 1)],
    ["atomic.leg_refused", fixed(32 + 1)],
    ["atomic.leg_reported", fixed(32 + 1)],
    ["atomic.bundle_decided", decided(32)],
    ["atomic.leg_settled", decided(32 + 1)],
    ["atomic.leg_forgotten", fixed(32 + 1)],
  ],
  [
    ["beacon.registered", fixed(4 + 8)],
    ["beacon.sync_acknowledged", fixed(4 + 8)],
    ["beacon.leave_announced", fixed(4)],
    ["beacon.returned", fixed(4)],
    ["beacon.deal_accepted", fixed(8 + 2)],
    ["beacon.shares_revealed", fixed(8 + 2)],
    ["beacon.convicted", convicted],
    ["beacon.withdrawn", fixed(16 + 8)],
    ["beacon.attended", fixed(8 + 2)],
    ["beacon.shard_confirmed", fixed(2 + 8)],
    ["beacon.epoch_ended", readHandOver],
    ["beacon.epoch_entered", readHandOver],
    ["beacon.pulsed", fixed(8)],
    ["beacon.version_scheduled", fixed(2 + 8)],
  ],
];

function skipAccountCommand(reader: BorshReader): void {
  const isRegistration = reader.variant(3) === 0;
  if (isRegistration) reader.fixed(16); // tenant
  readKey(reader); // author
  if (isRegistration) reader.u16(); // partitions
}

function skipProvenanceCommand(reader: BorshReader): void {
  const isCapture = reader.variant(3) === 0;
  reader.fixed(32 + 32); // event or element, content
  if (isCapture) reader.bool();
}

/**
 * For each slice a function that skips the members of a command. A command of a slice with null is only hashed: its
 * author signed its other members, and the validators executed it.
 */
export const COMMANDS: readonly (((reader: BorshReader) => void) | null)[] = [
  skipAccountCommand,
  skipProvenanceCommand,
  null,
  null,
  null,
];

/** Reads an event and returns its name. */
export function readEvent(reader: BorshReader): string {
  const kinds = SLICES[reader.variant(SLICES.length)] ?? [];
  const [word, skip] = kinds[reader.variant(kinds.length)] ?? ["", fixed(0)];
  skip(reader);
  return word;
}

/** The first byte of a receipt whose command was applied. */
const APPLIED = 0;

/** The canonical bytes of the receipt of the command that ended an epoch with this hand-over. */
export function encodeEpochEnded(handOver: HandOver): Bytes {
  const slice = SLICES.findIndex((kinds) => kinds.some(([word]) => word === "beacon.epoch_ended"));
  const index = SLICES[slice]?.findIndex(([word]) => word === "beacon.epoch_ended") ?? -1;
  return concat([Uint8Array.of(APPLIED, slice, index), handOver.bytes]);
}

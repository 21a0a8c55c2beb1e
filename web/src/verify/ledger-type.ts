//! The ledger's types as a verifier needs them, decoded from their canonical bytes. Invariant: each value keeps the
//! bytes from which it was decoded, and hashes are computed over those, never over a second encoding.

import { type BorshReader, decode } from "./borsh.ts";
import { type Bytes, concat, littleEndian } from "./bytes.ts";
import { COMMANDS, readEvent } from "./ledger-event.ts";
import { readKey, readSignature } from "./scheme.ts";
import { readValidatorSet, type ValidatorSet } from "./validator.ts";

/** A chain's genesis document; its digest is the chain id. */
export interface Genesis {
  bytes: Bytes;
  /** The protocol version of the chain's first epoch. */
  version: number;
  name: string;
  /** The time of its creation, in milliseconds since 1970. */
  timestampMs: bigint;
  shards: number;
  operator: Bytes;
  /** The timeout of the first view, in milliseconds. */
  viewMs: bigint;
  /** The maximum work of a block, in microseconds. */
  blockWorkMax: bigint;
  /** The validators of the first epoch. */
  validators: ValidatorSet;
  /** The part of the beacon's genesis that must fit the rest of the document; `null` without a beacon. */
  beacon: { shards: number; keys: readonly Bytes[]; bonded: bigint } | null;
}

export interface TransactionHeader {
  bytes: Bytes;
  chainId: Bytes;
  tenant: Bytes;
  author: Bytes;
  entryCount: number;
  entriesRoot: Bytes;
}

/** A command without its document: its subjects, as strictly ascending digests, and its content. */
export interface EntryCore {
  bytes: Bytes;
  subjects: readonly Bytes[];
}

/** The outcome of a command. */
export interface Receipt {
  bytes: Bytes;
  /** `repeated`: the same content was already recorded, and the record is added to no stream. */
  outcome: "applied" | "repeated" | "rejected";
  /** The stable name of the event, such as `provenance.event_captured`; empty unless applied. */
  events: readonly string[];
  /** The reason of a rejection; `null` unless rejected. */
  rejection: { code: string; fields: readonly (readonly [string, string])[] } | null;
}

export interface BlockHeader {
  bytes: Bytes;
  /** The protocol version of the block. */
  version: number;
  chainId: Bytes;
  shard: number;
  epoch: bigint;
  height: bigint;
  view: bigint;
  timestampMs: bigint;
  recordsRoot: Bytes;
  stateRoot: Bytes;
  validatorSetHash: Bytes;
}

/** A quorum's signatures under one vote. */
export interface Certificate {
  /** The canonical bytes of the vote. */
  vote: Bytes;
  /** Indices into the validator set, with signatures. */
  signatures: readonly { index: number; signature: Bytes }[];
}

/** The head of a stream in the ledger's state. */
export interface StreamHead {
  count: bigint;
  digest: Bytes;
}

const DIGEST = 32;
const VOTE_BYTES = 32 + 2 + 8 + 8 + 8 + 1 + 32;

/** Reads the beacon's parameters and returns their number of shards. */
function readParameters(reader: BorshReader): number {
  const shards = reader.u16();
  reader.fixed(4 * 8 + 2 + 2 + 8 + 4 + 4); // lengths of an epoch, windows, seats, least bond, shares
  if (reader.variant(2) === 1) reader.u32(); // assignment: full, or sampled with its failure bits
  reader.fixed(5 * 2); // what convictions take
  return shards;
}

function readGenesisBeacon(reader: BorshReader): NonNullable<Genesis["beacon"]> {
  const shards = readParameters(reader);
  let bonded = 0n;
  const keys = reader.list(() => {
    reader.fixed(16); // operator
    const key = readKey(reader);
    readKey(reader); // network key
    reader.fixed(DIGEST); // randomness key
    bonded += reader.u64();
    return key;
  });
  return { shards, keys, bonded };
}

/** Decodes a genesis document. */
export function decodeGenesis(bytes: Bytes): Genesis {
  return decode("Genesis", bytes, (reader) => {
    const version = reader.u16();
    const name = reader.string();
    const timestampMs = reader.u64();
    reader.fixed(16); // salt
    const shards = reader.u16();
    const operator = readKey(reader);
    const viewMs = reader.u64();
    reader.fixed(3 * 8); // the other waits of its committees
    const blockWorkMax = reader.u64();
    reader.fixed(16 * 4); // what commands weigh
    const validators = readValidatorSet(reader);
    const beacon = reader.bool() ? readGenesisBeacon(reader) : null;
    return { bytes, version, name, timestampMs, shards, operator, viewMs, blockWorkMax, validators, beacon };
  });
}

/** Decodes the signed part of a transaction. */
export function decodeTransactionHeader(bytes: Bytes): TransactionHeader {
  return decode("TransactionHeader", bytes, (reader) => {
    const [chainId, tenant, author] = [reader.fixed(DIGEST), reader.fixed(16), readKey(reader)];
    reader.u64(); // valid until
    reader.fixed(16); // salt
    reader.variant(2); // mode: atomic or independent
    return { bytes, chainId, tenant, author, entryCount: reader.u32(), entriesRoot: reader.fixed(DIGEST) };
  });
}

/** Decodes a command without its document. */
export function decodeEntryCore(bytes: Bytes): EntryCore {
  return decode("EntryCore", bytes, (reader) => {
    const subjects = reader.list(() => reader.fixed(DIGEST));
    const skip = COMMANDS[reader.variant(COMMANDS.length)] ?? null;
    if (skip === null) reader.rest();
    else skip(reader);
    return { bytes, subjects };
  });
}

export function decodeReceipt(bytes: Bytes): Receipt {
  return decode("Receipt", bytes, (reader) => {
    const variant = reader.variant(3);
    if (variant === 0)
      return { bytes, outcome: "applied" as const, events: [readEvent(reader)], rejection: null };
    if (variant === 1) return { bytes, outcome: "repeated" as const, events: [], rejection: null };
    const code = reader.string();
    const fields = reader.list(() => [reader.string(), reader.string()] as const);
    return { bytes, outcome: "rejected" as const, events: [], rejection: { code, fields } };
  });
}

/**
 * The tree over all headers before a block: their number, and the roots of its complete subtrees from left to right.
 */
export interface Ancestry {
  bytes: Bytes;
  count: bigint;
  peaks: readonly Bytes[];
}

/** Decodes the tree over all headers before a block. */
export function decodeAncestry(bytes: Bytes): Ancestry {
  return decode("Ancestry", bytes, (reader) => {
    const count = reader.u64();
    return { bytes, count, peaks: reader.list(() => reader.fixed(DIGEST)) };
  });
}

/** The state key of the tree over all headers before a block. */
export const ANCESTRY_KEY: Bytes = new Uint8Array([7]);

/** Decodes a block's header. */
export function decodeBlockHeader(bytes: Bytes): BlockHeader {
  return decode("BlockHeader", bytes, (reader) => {
    const version = reader.u16();
    const chainId = reader.fixed(DIGEST);
    const [shard, epoch, height, view] = [reader.u16(), reader.u64(), reader.u64(), reader.u64()];
    reader.fixed(DIGEST); // parent
    const timestampMs = reader.u64();
    reader.fixed(DIGEST); // transactions root
    const recordsRoot = reader.fixed(DIGEST);
    reader.fixed(DIGEST); // delta root
    const stateRoot = reader.fixed(DIGEST);
    const validatorSetHash = reader.fixed(DIGEST);
    reader.u16(); // proposer
    return {
      bytes,
      version,
      chainId,
      shard,
      epoch,
      height,
      view,
      timestampMs,
      recordsRoot,
      stateRoot,
      validatorSetHash,
    };
  });
}

/** Decodes a certificate. */
export function decodeCertificate(bytes: Bytes): Certificate {
  return decode("Certificate", bytes, (reader) => {
    const vote = reader.fixed(VOTE_BYTES);
    // The step is the byte before the block's digest: finalise, notarise, nullify or propose.
    decode("Vote", vote.slice(VOTE_BYTES - DIGEST - 1, VOTE_BYTES - DIGEST), (step) => step.variant(4));
    const signatures = reader.list(() => ({ index: reader.u16(), signature: readSignature(reader) }));
    return { vote, signatures };
  });
}

/** Decodes a stream's head. */
export function decodeStreamHead(bytes: Bytes): StreamHead {
  return decode("StreamHead", bytes, (reader) => ({ count: reader.u64(), digest: reader.fixed(DIGEST) }));
}

/** The offset of the view within a vote: after chain, shard, epoch and height. */
const VIEW_AT = DIGEST + 2 + 8 + 8;

/** The view of a vote. */
export function viewOfVote(vote: Bytes): bigint {
  return vote.slice(VIEW_AT, VIEW_AT + 8).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The canonical bytes of the vote that finalises a block in a view. */
export function encodeFinaliseVote(header: BlockHeader, view: bigint, digest: Bytes): Bytes {
  return concat([
    header.chainId,
    littleEndian(header.shard, 2),
    littleEndian(header.epoch, 8),
    littleEndian(header.height, 8),
    littleEndian(view, 8),
    Uint8Array.of(0),
    digest,
  ]);
}

/** The canonical bytes of the state key of a tenant's stream. */
export function encodeStreamKey(tenant: Bytes, subject: Bytes): Bytes {
  return concat([Uint8Array.of(0), tenant, subject]);
}

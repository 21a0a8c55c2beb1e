//! The ledger's types as a verifier reads them, decoded from their canonical bytes. Invariant: each keeps the bytes
//! it was read from, and hashes are taken over those, never over a second encoding.

import { type BorshReader, decode } from "./borsh.ts";
import { type Bytes, concat, littleEndian } from "./bytes.ts";
import { readEvent } from "./ledger-event.ts";
import { readValidatorSet, type ValidatorSet } from "./validator.ts";

/** A chain's beginning; its digest is the chain's id. */
export interface Genesis {
  bytes: Bytes;
  name: string;
  shards: number;
  operator: Bytes;
  /** Who validates from the first epoch on. */
  validators: ValidatorSet;
  /** What the document says of its beacon as far as it must fit the rest; `null` without a beacon. */
  beacon: { shards: number; keys: readonly Bytes[] } | null;
}

/** The signed part of a transaction. */
export interface TransactionHeader {
  bytes: Bytes;
  chainId: Bytes;
  tenant: Bytes;
  author: Bytes;
  commandCount: number;
  commandsRoot: Bytes;
}

/** A command without its body: its subjects, strictly ascending digests, and an operation. */
export interface CommandCore {
  bytes: Bytes;
  subjects: readonly Bytes[];
}

/** What execution decided about a command. */
export interface Receipt {
  bytes: Bytes;
  outcome: "applied" | "rejected";
  /** What happened, as stable words such as `provenance.event_captured`. */
  events: readonly string[];
  /** Why nothing happened, when rejected. */
  rejection: { code: string; fields: readonly (readonly [string, string])[] } | null;
}

/** A block's header. */
export interface BlockHeader {
  bytes: Bytes;
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

/** The beacon's parameters; answers for how many shards they are. */
function readParameters(reader: BorshReader): number {
  const shards = reader.u16();
  reader.fixed(8 + 8 + 2 + 2 + 8 + 4 + 4); // lengths of an epoch, seats, least bond, shares
  if (reader.variant(2) === 1) reader.u32(); // assignment: full, or sampled with its failure bits
  reader.fixed(5 * 2); // what convictions take
  return shards;
}

function readGenesisBeacon(reader: BorshReader): NonNullable<Genesis["beacon"]> {
  const shards = readParameters(reader);
  const keys = reader.list(() => {
    reader.fixed(16); // operator
    const key = reader.fixed(DIGEST);
    reader.fixed(DIGEST + DIGEST + 8); // network key, randomness key, bond
    return key;
  });
  return { shards, keys };
}

/** Decodes a genesis document. */
export function decodeGenesis(bytes: Bytes): Genesis {
  return decode("Genesis", bytes, (reader) => {
    const name = reader.string();
    reader.u64(); // when it was made
    reader.fixed(16); // salt
    const shards = reader.u16();
    const operator = reader.fixed(DIGEST);
    const validators = readValidatorSet(reader);
    const beacon = reader.bool() ? readGenesisBeacon(reader) : null;
    return { bytes, name, shards, operator, validators, beacon };
  });
}

/** Decodes the signed part of a transaction. */
export function decodeTransactionHeader(bytes: Bytes): TransactionHeader {
  return decode("TransactionHeader", bytes, (reader) => {
    const [chainId, tenant, author] = [reader.fixed(DIGEST), reader.fixed(16), reader.fixed(DIGEST)];
    reader.u64(); // valid until
    reader.fixed(16); // salt
    reader.variant(2); // mode: atomic or independent
    return { bytes, chainId, tenant, author, commandCount: reader.u32(), commandsRoot: reader.fixed(DIGEST) };
  });
}

function skipAccountOperation(reader: BorshReader): void {
  if (reader.variant(3) === 0) reader.fixed(16 + DIGEST + 2);
  else reader.fixed(DIGEST);
}

function skipProvenanceOperation(reader: BorshReader): void {
  const isCapture = reader.variant(2) === 0;
  reader.fixed(DIGEST + DIGEST);
  if (isCapture) reader.bool();
}

/** Decodes a command without its body. */
export function decodeCommandCore(bytes: Bytes): CommandCore {
  return decode("CommandCore", bytes, (reader) => {
    const subjects = reader.list(() => reader.fixed(DIGEST));
    // Of the native, atomic and beacon slices the operation is only hashed: whatever else it holds, its author signed it
    // and the validators executed it.
    const slice = reader.variant(5);
    if (slice === 0) skipAccountOperation(reader);
    else if (slice === 1) skipProvenanceOperation(reader);
    else reader.rest();
    return { bytes, subjects };
  });
}

/** Decodes a receipt. */
export function decodeReceipt(bytes: Bytes): Receipt {
  return decode("Receipt", bytes, (reader) => {
    if (reader.variant(2) === 0) {
      const events = reader.list(() => readEvent(reader));
      return { bytes, outcome: "applied" as const, events, rejection: null };
    }
    const code = reader.string();
    const fields = reader.list(() => [reader.string(), reader.string()] as const);
    return { bytes, outcome: "rejected" as const, events: [], rejection: { code, fields } };
  });
}

/** Decodes a block's header. */
export function decodeBlockHeader(bytes: Bytes): BlockHeader {
  return decode("BlockHeader", bytes, (reader) => {
    const chainId = reader.fixed(DIGEST);
    const [shard, epoch, height, view] = [reader.u16(), reader.u64(), reader.u64(), reader.u64()];
    reader.fixed(DIGEST); // parent
    const timestampMs = reader.u64();
    const recordsRoot = reader.fixed(DIGEST);
    reader.fixed(DIGEST); // delta root
    const stateRoot = reader.fixed(DIGEST);
    reader.fixed(DIGEST); // outbox root
    reader.list(() => reader.fixed(2 + 8)); // inbox cursors
    const validatorSetHash = reader.fixed(DIGEST);
    reader.u16(); // proposer
    return {
      bytes,
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
    const signatures = reader.list(() => ({ index: reader.u16(), signature: reader.fixed(64) }));
    return { vote, signatures };
  });
}

/** Decodes a stream's head. */
export function decodeStreamHead(bytes: Bytes): StreamHead {
  return decode("StreamHead", bytes, (reader) => ({ count: reader.u64(), digest: reader.fixed(DIGEST) }));
}

/** Where a vote's view stands: after chain, shard, epoch and height. */
const VIEW_AT = DIGEST + 2 + 8 + 8;

/** The view that a vote is for. */
export function viewOfVote(vote: Bytes): bigint {
  return vote.slice(VIEW_AT, VIEW_AT + 8).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The canonical bytes of the vote that makes a block final in a view. */
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
  return concat([Uint8Array.of(3), tenant, subject]);
}

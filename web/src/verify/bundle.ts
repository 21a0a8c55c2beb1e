//! The evidence bundle, format 2, as read from JSON. Invariant: what passes here has the exact shape of the format,
//! base64 and canonical encodings included; what it says is still unproven.

import type { Bytes } from "./bytes.ts";
import type {
  Ancestry,
  BlockHeader,
  Certificate,
  EntryCore,
  Genesis,
  Receipt,
  StreamHead,
  TransactionHeader,
} from "./ledger-type.ts";
import type { MerklePath } from "./merkle.ts";
import type { StateProof } from "./state.ts";
import type { HandOver } from "./validator.ts";

/** A field of a sealed document, disclosed or only as its leaf. */
export type FieldPart =
  | { kind: "disclosed"; pointer: string; value: string; salt: Bytes }
  | { kind: "withheld"; leaf: Bytes };

/** A record's body as a bundle carries it. */
export type BodyPart =
  | {
      kind: "sealed";
      commitment: Bytes;
      ciphertextDigest: Bytes;
      /** All fields in order; `null` when the record's key is gone and nobody knows them. */
      fields: readonly FieldPart[] | null;
    }
  | { kind: "public"; bytes: Bytes };

/** A record, opened. */
export interface RecordPart {
  transaction: TransactionHeader;
  signature: Bytes;
  commandIndex: bigint;
  commandPath: readonly Bytes[];
  core: EntryCore;
  receipt: Receipt;
  body: BodyPart;
}

/** A header with the certificate that makes it final. */
export interface BlockPart {
  header: BlockHeader;
  certificate: Certificate;
}

/** A header's place among the ancestors of the stream's block. */
export interface AncestryPart {
  /** The siblings of the proof that the block's state holds `peaks`, from the root down. */
  siblings: readonly Bytes[];
  peaks: Ancestry;
  /** The header's path in that tree, from the leaf up. */
  path: readonly Bytes[];
}

/** A record's block: final by its own certificate, or as an ancestor of the stream's block. */
export type RecordBlockPart = BlockPart | { header: BlockHeader; ancestry: AncestryPart };

/** The record that ended an epoch, as far as it takes to find it in its block. */
export interface HandOverPart {
  handOver: HandOver;
  txId: Bytes;
  index: bigint;
  /** The command without its body; only hashed. */
  core: Bytes;
  /** The digest of the command's body. */
  body: Bytes;
  inclusion: MerklePath;
  block: BlockPart;
}

/** The readable identifier of a subject and the blind that opens its digest. */
export interface SubjectPart {
  kind: string;
  id: string;
  blind: Bytes;
}

/** Completeness or absence of a stream. */
export interface StreamPart {
  tenant: Bytes;
  subject: SubjectPart;
  block: BlockPart;
  proof: StateProof;
  /** The head that the proof shows; `null` when it shows an absence. */
  head: StreamHead | null;
  leaves: readonly Bytes[];
  /** Opened records, as many as leaves; `null` when the bundle has none. */
  records: readonly (RecordPart | null)[] | null;
}

/** A bundle. */
export interface Bundle {
  chainId: Bytes;
  genesis: Genesis;
  /** How the validators changed; `null` when they did not, as far as the evidence goes. */
  handOvers: readonly HandOverPart[] | null;
  record: RecordPart | null;
  inclusion: MerklePath | null;
  block: RecordBlockPart | null;
  subject: SubjectPart | null;
  stream: StreamPart | null;
}

/** The headers of the blocks that the evidence rests on; each needs a certificate of validators that are trusted. */
export function certifiedHeaders({ block, stream }: Bundle): BlockHeader[] {
  const certified = block !== null && "certificate" in block ? block : null;
  return [certified, stream?.block ?? null].flatMap((part) => (part === null ? [] : [part.header]));
}

/** An anchor file's members, as read from JSON: either a genesis document or a hand-over. */
export interface AnchorFile {
  chainId: Bytes;
  origin: { kind: "genesis"; genesis: Genesis } | { kind: "hand_over"; part: HandOverPart };
}

/** Who signs from an epoch on, and what it follows. */
export type Committees = Pick<HandOver, "version" | "committee" | "sampled">;

/** What a reader chose to trust: a chain, and the first of its committees that is believed. */
export interface Anchor {
  chainId: Bytes;
  committees: Committees;
  /** The canonical bytes of the hand-over that begins the epoch; `null` for the genesis document. */
  handOver: Bytes | null;
  /** The height of the header that names the committee; 0 for a genesis document. */
  height: bigint;
  /** The time of that header or document. */
  timestampMs: bigint;
}

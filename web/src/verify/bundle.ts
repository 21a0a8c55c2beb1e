//! The evidence bundle, version 1, as read from JSON. Invariant: what passes here has the exact shape of the format,
//! base64 and canonical encodings included; what it says is still unproven.

import type { Bytes } from "./bytes.ts";
import type {
  BlockHeader,
  Certificate,
  CommandCore,
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
  core: CommandCore;
  receipt: Receipt;
  body: BodyPart;
}

/** A header with the certificate that makes it final. */
export interface BlockPart {
  header: BlockHeader;
  certificate: Certificate;
}

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
  block: BlockPart | null;
  subject: SubjectPart | null;
  stream: StreamPart | null;
}

/** What a reader chose to trust: a chain's id, and its genesis document. */
export interface Anchor {
  chainId: Bytes;
  genesis: Genesis;
}

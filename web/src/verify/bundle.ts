//! The types of an evidence bundle, format 2, as parsed from JSON. Invariant: a value of these types has the exact
//! shape of the format, including base64 and canonical encodings; its content is still unproven.

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

/** A field of a sealed document: disclosed, or only its leaf. */
export type FieldPart =
  | { kind: "disclosed"; pointer: string; value: string; salt: Bytes }
  | { kind: "withheld"; leaf: Bytes };

/** A record's body in a bundle. */
export type BodyPart =
  | {
      kind: "sealed";
      commitment: Bytes;
      ciphertextDigest: Bytes;
      /** All fields in order; `null` when the record's key was deleted, so that the fields are unknown. */
      fields: readonly FieldPart[] | null;
    }
  | { kind: "public"; bytes: Bytes };

/** A record with all its parts. */
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

/** The proof that a header is an ancestor of the stream's block. */
export interface AncestryPart {
  /** The siblings of the proof that the block's state contains `peaks`, from the root down. */
  siblings: readonly Bytes[];
  peaks: Ancestry;
  /** The header's path in that tree, from the leaf up. */
  path: readonly Bytes[];
}

/** A record's block: final by its own certificate, or as an ancestor of the stream's block. */
export type RecordBlockPart = BlockPart | { header: BlockHeader; ancestry: AncestryPart };

/** The record that ended an epoch, with the parts needed to prove that its block contains it. */
export interface HandOverPart {
  handOver: HandOver;
  txId: Bytes;
  index: bigint;
  /** The command without its body; it is only hashed. */
  core: Bytes;
  /** The digest of the command's body. */
  body: Bytes;
  inclusion: MerklePath;
  block: BlockPart;
}

/** The readable identifier of a subject, and the blind from which its digest is computed. */
export interface SubjectPart {
  kind: string;
  id: string;
  blind: Bytes;
}

/** The proof that a stream is complete or absent. */
export interface StreamPart {
  tenant: Bytes;
  subject: SubjectPart;
  block: BlockPart;
  proof: StateProof;
  /** The head that the proof shows; `null` when it shows absence. */
  head: StreamHead | null;
  leaves: readonly Bytes[];
  /** Opened records, as many as leaves; `null` when the bundle has none. */
  records: readonly (RecordPart | null)[] | null;
}

/** An evidence bundle. */
export interface Bundle {
  chainId: Bytes;
  genesis: Genesis;
  /** The changes of validators; `null` when the evidence needs none. */
  handOvers: readonly HandOverPart[] | null;
  record: RecordPart | null;
  inclusion: MerklePath | null;
  block: RecordBlockPart | null;
  subject: SubjectPart | null;
  stream: StreamPart | null;
}

/** The headers on which the evidence is based; each needs a certificate of trusted validators. */
export function certifiedHeaders({ block, stream }: Bundle): BlockHeader[] {
  const certified = block !== null && "certificate" in block ? block : null;
  return [certified, stream?.block ?? null].flatMap((part) => (part === null ? [] : [part.header]));
}

/** The members of an anchor file, as parsed from JSON: either a genesis document or a hand-over. */
export interface AnchorFile {
  chainId: Bytes;
  origin: { kind: "genesis"; genesis: Genesis } | { kind: "hand_over"; part: HandOverPart };
}

/** The committees from an epoch on, and the protocol version of that epoch. */
export type Committees = Pick<HandOver, "version" | "committee" | "sampled">;

/** The trust anchor that the reader chose: a chain, and the first committee that is trusted. */
export interface Anchor {
  chainId: Bytes;
  committees: Committees;
  /** The canonical bytes of the hand-over that begins the epoch; `null` for the genesis document. */
  handOver: Bytes | null;
  /** The height of the header that names the committee; 0 for a genesis document. */
  height: bigint;
  /** The time of that header or document, in milliseconds since 1970. */
  timestampMs: bigint;
}

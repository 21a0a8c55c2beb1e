//! Parses bundles and anchors from JSON. Invariant: every member is known, present if required, and of its exact type
//! and length; anything else is a TamperedError that names the member, an UnknownVersionError or an UnknownSchemeError.

import { BorshError } from "./borsh.ts";
import type {
  AnchorFile,
  BlockPart,
  BodyPart,
  Bundle,
  FieldPart,
  HandOverPart,
  RecordBlockPart,
  RecordPart,
  StreamPart,
  SubjectPart,
} from "./bundle.ts";
import { type Bytes, fromBase64 } from "./bytes.ts";
import { type Json, JsonNumber, type JsonObject } from "./json.ts";
import {
  decodeAncestry,
  decodeBlockHeader,
  decodeCertificate,
  decodeEntryCore,
  decodeGenesis,
  decodeReceipt,
  decodeStreamHead,
  decodeTransactionHeader,
  type StreamHead,
} from "./ledger-type.ts";
import type { MerklePath } from "./merkle.ts";
import { check, TamperedError } from "./report.ts";
import { decodeSignature } from "./scheme.ts";
import type { StateProof, Terminal } from "./state.ts";
import { decodeHandOver } from "./validator.ts";
import { checkVersions, FORMAT } from "./version.ts";

const U32_MAX = 0xffff_ffffn;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
/** Digits only, and at most as many as the largest value has: longer ones would only cost time. */
const NATURAL = /^[0-9]{1,20}$/;

/** A JSON value and its pointer, for error messages. */
class Member {
  constructor(
    readonly value: Json | undefined,
    readonly at: string,
  ) {}

  /** The members of an object that has all required members and any of the optional ones, and no others. */
  object<R extends string, O extends string = never>(
    required: readonly R[],
    optional: readonly O[] = [],
  ): Record<R, Member> & Record<O, Member | null> {
    const { value, at } = this;
    check(value instanceof Map, `${at || "the bundle"} is not an object`);
    const known: readonly string[] = [...required, ...optional];
    for (const name of value.keys()) check(known.includes(name), `${at}/${name} is not a known member`);
    const members = known.map((name) => [
      name,
      this.member(value, name, (required as readonly string[]).includes(name)),
    ]);
    return Object.fromEntries(members) as Record<R, Member> & Record<O, Member | null>;
  }

  private member(object: JsonObject, name: string, required: boolean): Member | null {
    const value = object.get(name);
    check(value !== undefined || !required, `${this.at}/${name} is missing`);
    // An optional member may also be null.
    return value === undefined || (value === null && !required)
      ? null
      : new Member(value, `${this.at}/${name}`);
  }

  array(): Member[] {
    check(Array.isArray(this.value), `${this.at} is not an array`);
    return this.value.map((value, index) => new Member(value, `${this.at}/${index}`));
  }

  text(): string {
    check(typeof this.value === "string", `${this.at} is not a string`);
    return this.value;
  }

  natural(max: bigint): bigint {
    const isNatural = this.value instanceof JsonNumber && NATURAL.test(this.value.text);
    const natural = isNatural ? BigInt(this.value.text) : max + 1n;
    check(natural <= max, `${this.at} is not a whole number in range`);
    return natural;
  }

  bytes(size?: number): Bytes {
    const bytes = fromBase64(this.text());
    check(bytes !== null, `${this.at} is not standard padded base64`);
    check(size === undefined || bytes.length === size, `${this.at} is not ${size} bytes`);
    return bytes;
  }

  decoded<T>(decode: (bytes: Bytes) => T): T {
    try {
      return decode(this.bytes());
    } catch (error) {
      if (error instanceof BorshError) throw new TamperedError(`${this.at}: ${error.message}`);
      throw error;
    }
  }

  digests(): Bytes[] {
    return this.array().map((member) => member.bytes(32));
  }

  /** The text of the member `name`, if this is an object that has one. */
  tag(name: string): string | null {
    const value = this.value instanceof Map ? this.value.get(name) : undefined;
    return typeof value === "string" ? value : null;
  }
}

function readField(member: Member): FieldPart {
  if (member.value instanceof Map && member.value.has("leaf")) {
    return { kind: "withheld", leaf: member.object(["leaf"]).leaf.bytes(32) };
  }
  const { pointer, value, salt } = member.object(["pointer", "value", "salt"]);
  return { kind: "disclosed", pointer: pointer.text(), value: value.text(), salt: salt.bytes(16) };
}

function readBody(member: Member): BodyPart {
  switch (member.tag("kind")) {
    case "sealed": {
      const parts = member.object(["kind", "commitment", "ciphertext_digest"], ["fields"]);
      return {
        kind: "sealed",
        commitment: parts.commitment.bytes(32),
        ciphertextDigest: parts.ciphertext_digest.bytes(32),
        fields: parts.fields?.array().map(readField) ?? null,
      };
    }
    case "public":
      return { kind: "public", bytes: member.object(["kind", "bytes"]).bytes.bytes() };
    default:
      throw new TamperedError(`${member.at}/kind is neither "sealed" nor "public"`);
  }
}

function readRecord(member: Member): RecordPart {
  const parts = member.object(["transaction", "signature", "command", "core", "receipt", "body"]);
  const command = parts.command.object(["index", "path"]);
  return {
    transaction: parts.transaction.decoded(decodeTransactionHeader),
    signature: parts.signature.decoded(decodeSignature),
    commandIndex: command.index.natural(U32_MAX),
    commandPath: command.path.digests(),
    core: parts.core.decoded(decodeEntryCore),
    receipt: parts.receipt.decoded(decodeReceipt),
    body: readBody(parts.body),
  };
}

function readBlock(member: Member): BlockPart {
  const { header, certificate } = member.object(["header", "certificate"]);
  return { header: header.decoded(decodeBlockHeader), certificate: certificate.decoded(decodeCertificate) };
}

function readRecordBlock(member: Member): RecordBlockPart {
  const parts = member.object(["header"], ["certificate", "ancestry"]);
  const header = parts.header.decoded(decodeBlockHeader);
  const { certificate, ancestry } = parts;
  if (certificate !== null && ancestry === null) {
    return { header, certificate: certificate.decoded(decodeCertificate) };
  }
  if (certificate !== null || ancestry === null) {
    throw new TamperedError(`${member.at} has either a certificate or its ancestry`);
  }
  const { siblings, peaks, path } = ancestry.object(["siblings", "peaks", "path"]);
  return {
    header,
    ancestry: { siblings: siblings.digests(), peaks: peaks.decoded(decodeAncestry), path: path.digests() },
  };
}

function readSubject(member: Member): SubjectPart {
  const { kind, id, blind } = member.object(["kind", "id", "blind"]);
  return { kind: kind.text(), id: id.text(), blind: blind.bytes(32) };
}

function readTerminal(member: Member): { terminal: Terminal; head: StreamHead | null } {
  switch (member.tag("kind")) {
    case "present": {
      const { value } = member.object(["kind", "value"]);
      return { terminal: { kind: "present", value: value.bytes() }, head: value.decoded(decodeStreamHead) };
    }
    case "empty":
      member.object(["kind"]);
      return { terminal: { kind: "empty" }, head: null };
    case "other": {
      const parts = member.object(["kind", "path", "value_hash"]);
      const terminal = { path: parts.path.bytes(32), valueHash: parts.value_hash.bytes(32) };
      return { terminal: { kind: "other", ...terminal }, head: null };
    }
    default:
      throw new TamperedError(`${member.at}/kind is not "present", "empty" or "other"`);
  }
}

function readProof(member: Member): { proof: StateProof; head: StreamHead | null } {
  const parts = member.object(["siblings", "terminal"]);
  const { terminal, head } = readTerminal(parts.terminal);
  return { proof: { siblings: parts.siblings.digests(), terminal }, head };
}

function readStream(member: Member): StreamPart {
  const parts = member.object(["tenant", "subject", "block", "proof", "leaves"], ["records"]);
  return {
    tenant: parts.tenant.bytes(16),
    subject: readSubject(parts.subject),
    block: readBlock(parts.block),
    ...readProof(parts.proof),
    leaves: parts.leaves.digests(),
    records:
      parts.records?.array().map((record) => (record.value === null ? null : readRecord(record))) ?? null,
  };
}

function readInclusion(member: Member): MerklePath {
  const { index, size, path } = member.object(["index", "size", "path"]);
  return { index: index.natural(U64_MAX), size: size.natural(U64_MAX), siblings: path.digests() };
}

function readHandOverPart(member: Member): HandOverPart {
  const parts = member.object(["hand_over", "tx_id", "index", "core", "body", "inclusion", "block"]);
  return {
    handOver: parts.hand_over.decoded(decodeHandOver),
    txId: parts.tx_id.bytes(32),
    index: parts.index.natural(U32_MAX),
    core: parts.core.bytes(),
    body: parts.body.bytes(32),
    inclusion: readInclusion(parts.inclusion),
    block: readBlock(parts.block),
  };
}

function checkVersion(version: Member): void {
  check(
    version.value instanceof JsonNumber && version.value.text === `${FORMAT}`,
    `${version.at} is not ${FORMAT}`,
  );
}

/**
 * Parses a bundle of a known protocol version.
 * @throws TamperedError that names the member which does not follow the format.
 * @throws UnknownVersionError that names the unknown version.
 */
export function readBundle(json: Json, known?: readonly number[]): Bundle {
  checkVersions(json, "bundle", known);
  const parts = new Member(json, "").object(
    ["version", "chain_id", "genesis"],
    ["hand_overs", "record", "inclusion", "block", "subject", "stream"],
  );
  checkVersion(parts.version);
  return {
    chainId: parts.chain_id.bytes(32),
    genesis: parts.genesis.decoded(decodeGenesis),
    handOvers: parts.hand_overs?.array().map(readHandOverPart) ?? null,
    record: parts.record && readRecord(parts.record),
    inclusion: parts.inclusion && readInclusion(parts.inclusion),
    block: parts.block && readRecordBlock(parts.block),
    subject: parts.subject && readSubject(parts.subject),
    stream: parts.stream && readStream(parts.stream),
  };
}

/**
 * Parses an anchor file. Whether its parts fit together is not checked here.
 * @throws TamperedError that names the member which does not follow the format.
 * @throws UnknownVersionError that names the unknown version.
 */
export function readAnchor(json: Json): AnchorFile {
  checkVersions(json, "anchor");
  const parts = new Member(json, "").object(["version", "chain_id"], ["genesis", "hand_over"]);
  checkVersion(parts.version);
  const chainId = parts.chain_id.bytes(32);
  const { genesis, hand_over } = parts;
  if (genesis !== null && hand_over === null) {
    return { chainId, origin: { kind: "genesis", genesis: genesis.decoded(decodeGenesis) } };
  }
  if (genesis === null && hand_over !== null) {
    return { chainId, origin: { kind: "hand_over", part: readHandOverPart(hand_over) } };
  }
  throw new TamperedError("an anchor holds either a genesis document or a hand-over");
}

//! Step `stream`: the listed records are all that the tenant recorded about the subject, or there are none. Invariant:
//! the proof must come from the tenant's home shard. Any other shard could prove absence.

import type { Bundle, RecordPart, StreamPart } from "../bundle.ts";
import { type Bytes, equal, toUuid } from "../bytes.ts";
import { homeShard } from "../home.ts";
import { encodeStreamKey } from "../ledger-type.ts";
import { check } from "../report.ts";
import { stateRoot } from "../state.ts";
import type { Trusted } from "../trusted.ts";
import { TAG, type Workbook } from "../workbook.ts";
import { checkAuthor } from "./author.ts";
import { checkCertificate } from "./certificate.ts";
import { checkCommand } from "./command.ts";
import { checkFields } from "./fields.ts";
import { recordLeaf } from "./record.ts";
import { subjectDigest } from "./subject.ts";

/** Every tenant has one partition, so all its streams are on one home shard. */
const PARTITION = 0;

function names(record: RecordPart, subject: Bytes): boolean {
  return record.core.subjects.some((named) => equal(named, subject));
}

async function checkLeaves(book: Workbook, stream: StreamPart): Promise<void> {
  const { head } = stream;
  if (head === null) {
    check(stream.leaves.length === 0, "the ledger has no such stream, but records are listed");
    return;
  }
  check(
    head.count === BigInt(stream.leaves.length),
    `the stream holds ${head.count} records, ${stream.leaves.length} are listed`,
  );
  let digest: Bytes = new Uint8Array(32);
  for (const leaf of stream.leaves) digest = await book.tagged("stream link", TAG.stream, digest, leaf);
  check(equal(digest, head.digest), "the listed records are not those of the stream");
}

async function checkOpened(
  book: Workbook,
  bundle: Bundle,
  stream: StreamPart,
  subject: Bytes,
): Promise<void> {
  if (stream.records === null) return;
  check(stream.records.length === stream.leaves.length, "there are not as many opened records as leaves");
  for (const [index, record] of stream.records.entries()) {
    if (record === null) continue;
    check(equal(record.transaction.tenant, stream.tenant), `opened record ${index} is of another tenant`);
    check(names(record, subject), `opened record ${index} is not about the stream's subject`);
    await checkFields(book, record.body);
    const body = await checkCommand(book, record);
    const txId = await checkAuthor(book, record, bundle.chainId);
    const leaf = await recordLeaf(book, record, { txId, body });
    const listed = stream.leaves[index];
    check(
      listed !== undefined && equal(leaf, listed),
      `opened record ${index} is not the one at its place in the stream`,
    );
  }
}

/** Checks that a stream is complete or absent; `own` is the bundle's record with its proven leaf, if it has one. */
export async function checkStream(
  book: Workbook,
  bundle: Bundle,
  stream: StreamPart,
  { own, trusted }: { own: { record: RecordPart; leaf: Bytes } | null; trusted: Trusted },
): Promise<{ count: number; tenant: string }> {
  check(
    own === null || equal(own.record.transaction.tenant, stream.tenant),
    "the stream is of another tenant than the record",
  );
  await checkCertificate(book, trusted, stream.block);
  // Any other shard could prove the absence of any subject, because it never stores the tenant's records.
  const home = await homeShard(book, stream.tenant, PARTITION, bundle.genesis.shards);
  check(stream.block.header.shard === home, "the block is not of the shard that keeps the tenant's streams");
  const subject = await subjectDigest(book, stream.tenant, stream.subject);
  const path = await book.tagged("state key", TAG.stateKey, encodeStreamKey(stream.tenant, subject));
  const root = await stateRoot(book, stream.proof, path);
  check(root !== null, "the proof is about another key of the state");
  check(equal(root, stream.block.header.stateRoot), "the proof does not lead to the block's state");
  await checkLeaves(book, stream);
  await checkOpened(book, bundle, stream, subject);
  // Rejected commands and repeated content are added to no stream.
  if (own !== null && own.record.receipt.outcome === "applied" && names(own.record, subject)) {
    const listed = stream.leaves.some((leaf) => equal(leaf, own.leaf));
    check(listed, "the record belongs to the stream but is not listed");
  }
  return { count: stream.leaves.length, tenant: toUuid(stream.tenant) };
}

//! Step `command`: the signed transaction contains the command with its body's digest. Invariant: the step passes only
//! if the path leads to the transaction's root of entries.

import type { BodyPart, RecordPart } from "../bundle.ts";
import { type Bytes, equal } from "../bytes.ts";
import { pathRoot } from "../merkle.ts";
import { check } from "../report.ts";
import { TAG, type Workbook } from "../workbook.ts";

async function bodyDigest(book: Workbook, body: BodyPart): Promise<Bytes> {
  if (body.kind === "sealed") {
    return book.tagged("body", TAG.body, Uint8Array.of(1), body.commitment, body.ciphertextDigest);
  }
  const bytes = await book.tagged("public body", TAG.bodyPublic, body.bytes);
  return book.tagged("body", TAG.body, Uint8Array.of(0), bytes);
}

/** Checks the command's position in its transaction and returns the body's digest. */
export async function checkCommand(book: Workbook, record: RecordPart): Promise<Bytes> {
  const { transaction } = record;
  const body = await bodyDigest(book, record.body);
  const digest = await book.tagged("command", TAG.command, record.core.bytes, body);
  const path = {
    index: record.commandIndex,
    size: BigInt(transaction.entryCount),
    siblings: record.commandPath,
  };
  const root = await pathRoot(book, path, await book.leaf("command leaf", digest));
  check(root !== null, "the path to the command does not fit its index and the transaction's command count");
  check(equal(root, transaction.entriesRoot), "the transaction does not commit to this command");
  return body;
}

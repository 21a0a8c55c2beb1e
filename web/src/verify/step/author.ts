//! Step `author`: the transaction is for this chain, and its author signed it. Invariant: whether the tenant authorised
//! that key is not checked here.

import type { RecordPart } from "../bundle.ts";
import { type Bytes, equal } from "../bytes.ts";
import { check } from "../report.ts";
import { NAMESPACE, TAG, type Workbook } from "../workbook.ts";

/** Checks the author's signature and returns the transaction id. */
export async function checkAuthor(book: Workbook, record: RecordPart, chainId: Bytes): Promise<Bytes> {
  const { transaction, signature } = record;
  check(equal(transaction.chainId, chainId), "the transaction is for another chain");
  const digest = await book.tagged("transaction id", TAG.transaction, transaction.bytes);
  const claim = { key: transaction.author, digest, signature };
  check(
    await book.verify("author signature", NAMESPACE.transaction, claim),
    "the author's signature is not valid",
  );
  return digest;
}

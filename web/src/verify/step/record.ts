//! Step `record`: computes the leaf of the record. Invariant: the leaf commits to transaction, command, body and
//! receipt.

import type { RecordPart } from "../bundle.ts";
import { type Bytes, littleEndian } from "../bytes.ts";
import { TAG, type Workbook } from "../workbook.ts";

/** Computes a record's leaf from parts that earlier steps proved. */
export async function recordLeaf(
  book: Workbook,
  record: RecordPart,
  proven: { txId: Bytes; body: Bytes },
): Promise<Bytes> {
  return book.tagged(
    "record",
    TAG.record,
    proven.txId,
    littleEndian(record.commandIndex, 4),
    littleEndian(record.core.bytes.length, 4),
    record.core.bytes,
    proven.body,
    record.receipt.bytes,
  );
}

//! Step `inclusion`: the block contains the record. Invariant: the step passes only if the path leads to the header's
//! root of records.

import type { Bundle, RecordBlockPart } from "../bundle.ts";
import { type Bytes, equal, littleEndian } from "../bytes.ts";
import { pathRoot } from "../merkle.ts";
import { check } from "../report.ts";
import { TAG, type Workbook } from "../workbook.ts";

/** Checks the path from a record's leaf to the records root of the block header. */
export async function checkInclusion(
  book: Workbook,
  leaf: Bytes,
  parts: { inclusion: NonNullable<Bundle["inclusion"]>; block: Pick<RecordBlockPart, "header"> },
): Promise<void> {
  const root = await pathRoot(book, parts.inclusion, await book.leaf("record leaf", leaf));
  check(root !== null, "the path to the record does not fit its index and the block's size");
  const records = await book.tagged("records", TAG.records, littleEndian(parts.inclusion.size, 8), root);
  check(equal(records, parts.block.header.recordsRoot), "the block does not hold this record");
}

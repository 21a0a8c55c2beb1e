//! Step `fields`: the disclosed fields and the leaves of the withheld ones are exactly those that the sealed document
//! committed to. Invariant: each value has one accepted text, so two fields are equal exactly when their texts are.

import { encodeString } from "../borsh.ts";
import type { BodyPart, FieldPart } from "../bundle.ts";
import { type Bytes, compare, concat, equal, littleEndian, utf8 } from "../bytes.ts";
import { merkleRoot } from "../merkle.ts";
import { canonicalNumber } from "../number.ts";
import { check } from "../report.ts";
import { TAG, type Workbook } from "../workbook.ts";

/** The maximum number of fields in a sealed document. */
export const FIELDS_PER_DOCUMENT_MAX = 16_384;

const WORDS = ["true", "false", "null", "{}", "[]"];

function isCanonicalString(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    // `JSON.stringify` writes strings as in RFC 8785, but it also accepts lone surrogates, which are not text.
    return typeof value === "string" && value.isWellFormed() && JSON.stringify(value) === text;
  } catch {
    return false;
  }
}

/** Whether a text is a scalar or an empty container in its canonical form. */
export function isCanonical(text: string): boolean {
  if (text.startsWith('"')) return isCanonicalString(text);
  return WORDS.includes(text) || canonicalNumber(text).text === text;
}

async function fieldLeaf(book: Workbook, field: FieldPart): Promise<Bytes> {
  if (field.kind === "withheld") return field.leaf;
  const encoded = concat([field.salt, encodeString(field.pointer), encodeString(field.value)]);
  return book.leaf(field.pointer, encoded);
}

/** The result of `checkFields`, with the keys of the console's texts. */
export type FieldsFound =
  | { kind: "public"; bytes: number }
  | { kind: "unknown" }
  | { kind: "sealed"; disclosed: number; total: number };

/** Checks a body's fields. A public body has none; those of a sealed body without its key are unknown. */
export async function checkFields(book: Workbook, body: BodyPart): Promise<FieldsFound> {
  if (body.kind === "public") return { kind: "public", bytes: body.bytes.length };
  if (body.fields === null) return { kind: "unknown" };
  check(
    body.fields.length <= FIELDS_PER_DOCUMENT_MAX,
    `a document has at most ${FIELDS_PER_DOCUMENT_MAX} fields`,
  );
  let previous: Bytes | null = null;
  const leaves: Bytes[] = [];
  for (const field of body.fields) {
    if (field.kind === "disclosed") {
      const pointer = utf8(field.pointer);
      const ascending: boolean = previous === null || compare(previous, pointer) < 0;
      check(ascending, `the field ${field.pointer} is out of order`);
      check(isCanonical(field.value), `the value of ${field.pointer} is not canonical JSON`);
      previous = pointer;
    }
    leaves.push(await fieldLeaf(book, field));
  }
  const root = await merkleRoot(book, leaves);
  const commitment = await book.tagged("commitment", TAG.fields, littleEndian(leaves.length, 4), root);
  check(equal(commitment, body.commitment), "the fields are not those that the record committed to");
  const disclosed = body.fields.filter((field) => field.kind === "disclosed").length;
  return { kind: "sealed", disclosed, total: leaves.length };
}

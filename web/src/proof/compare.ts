//! Compares index rows with proven records. Invariant: every proven field of the row's document is compared. A field
//! that only the row has is a difference. The domain's rules name all exceptions.

import { type Document, flatten } from "../verify/document.ts";

/** A field in which index and ledger differ. */
export interface Difference {
  /** A JSON pointer into the row. */
  pointer: string;
  /** Canonical JSON, or `null` when the index row lacks the field. */
  index: string | null;
  /** Canonical JSON, or `null` when the record lacks the field. */
  ledger: string | null;
}

/** The result of a comparison. */
export interface Comparison {
  /** The number of equal fields. */
  equal: number;
  differences: readonly Difference[];
}

/** The relation between a domain's rows and its records. All pointers except `root` are into the row. */
export interface RowRules {
  /** The JSON pointer of the row's document within the record's document. */
  root: string;
  /** Fields that the gateway adds: a row may have them when the record does not, and they are not counted. */
  added: readonly string[];
  /** Fields that the gateway adds or replaces, so their values are not compared. */
  replaced: readonly string[];
  /** Fields that follow from the proof itself, as canonical JSON, for records without them. */
  implied: ReadonlyMap<string, string>;
}

function isWithin(pointer: string, places: readonly string[]): boolean {
  return places.some((place) => pointer === place || pointer.startsWith(`${place}/`));
}

/** The proven fields below the root, by their pointers into the row. */
function provenFields(proven: ReadonlyMap<string, string>, { root }: RowRules): Map<string, string> {
  const below = [...proven].filter(([pointer]) => isWithin(pointer, [root]));
  return new Map(below.map(([pointer, value]) => [pointer.slice(root.length), value]));
}

/**
 * Compares a row with the disclosed fields of a record. With `isPartial`, the record also has withheld fields, and only
 * the disclosed ones are compared.
 */
export function compareRow(
  row: Document,
  proven: ReadonlyMap<string, string>,
  isPartial: boolean,
  rules: RowRules,
): Comparison {
  const shown = flatten(row);
  const ledger = provenFields(proven, rules);
  const differences: Difference[] = [];
  let equal = 0;
  for (const pointer of new Set([...ledger.keys(), ...shown.keys()])) {
    if (isWithin(pointer, rules.replaced)) continue;
    const index = shown.get(pointer) ?? null;
    const isProven = ledger.has(pointer);
    const expected = ledger.get(pointer) ?? rules.implied.get(pointer) ?? null;
    if (index === expected) equal += 1;
    else if (isProven || !(isPartial || isWithin(pointer, rules.added)))
      differences.push({ pointer, index, ledger: expected });
  }
  return { equal, differences };
}

/** Compares all rows of an id and returns the comparison with the fewest differences; `null` without rows. */
export function compareRows(
  rows: readonly Document[],
  proven: ReadonlyMap<string, string>,
  isPartial: boolean,
  rules: RowRules,
): Comparison | null {
  const all = rows.map((row) => compareRow(row, proven, isPartial, rules));
  return all.toSorted((left, right) => left.differences.length - right.differences.length)[0] ?? null;
}

/** Whether at least one disclosed field belongs to the row. */
export function disclosesRow(proven: ReadonlyMap<string, string>, rules: RowRules): boolean {
  return provenFields(proven, rules).size > 0;
}

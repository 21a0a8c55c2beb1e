//! Compares what the index shows with what the ledger proved. Invariant: every proven field is looked at, and a field
//! that only the index shows counts as a difference, except those that the slice's rules name.

import { type Document, flatten } from "../verify/document.ts";

/** A field on which index and ledger disagree. */
export interface Difference {
  /** A JSON pointer into the row. */
  pointer: string;
  /** Canonical JSON, or `null` when the index shows no such field. */
  index: string | null;
  /** Canonical JSON, or `null` when the record has no such field. */
  ledger: string | null;
}

/** A comparison. */
export interface Comparison {
  /** The number of fields that agree. */
  equal: number;
  differences: readonly Difference[];
}

/** The relation of a slice's rows to its records. Pointers are into the row, but for `root`. */
export interface RowRules {
  /** The JSON pointer of the row's document in the record's document. */
  root: string;
  /** Fields that the gateway writes: a row may have them without the record, and they are not counted. */
  added: readonly string[];
  /** The same, and the gateway replaces what the record has there, so the values are not compared. */
  replaced: readonly string[];
  /** Fields that follow from the proof itself, as canonical JSON, for a record that does not have them. */
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
 * Compares a row with the disclosed fields of a record. When the record has withheld fields, `isPartial`, only the
 * disclosed ones are compared.
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

/** The comparison with the row that comes closest, where one id may have several; `null` without rows. */
export function compareRows(
  rows: readonly Document[],
  proven: ReadonlyMap<string, string>,
  isPartial: boolean,
  rules: RowRules,
): Comparison | null {
  const all = rows.map((row) => compareRow(row, proven, isPartial, rules));
  return all.toSorted((left, right) => left.differences.length - right.differences.length)[0] ?? null;
}

/** True when at least one disclosed field belongs to the row. */
export function disclosesRow(proven: ReadonlyMap<string, string>, rules: RowRules): boolean {
  return provenFields(proven, rules).size > 0;
}

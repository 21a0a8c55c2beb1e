//! Compares what the index shows with what the ledger proved. Invariant: every proven field is looked at, and a field
//! that only the index shows counts as a difference, save those that the repository itself adds.

import { type Document, flatten } from "../verify/document.ts";

/** A field on which index and ledger disagree. */
export interface Difference {
  /** A JSON pointer into the event. */
  pointer: string;
  /** Canonical JSON, or `null` when the index shows no such field. */
  index: string | null;
  /** Canonical JSON, or `null` when the record has no such field. */
  ledger: string | null;
}

/** A comparison. */
export interface Comparison {
  /** How many fields agree. */
  equal: number;
  differences: readonly Difference[];
}

/** Which event is compared, and how much of it the evidence discloses. */
export interface Identity {
  /** The id that the record is proven to be about. */
  eventId: string;
  /** Whether fields are withheld. */
  isPartial: boolean;
}

const EVENT = "/event";
/**
 * Fields that an answer may carry beyond the captured event: the repository sets recordTime (EPCIS 2.0 section 7.4.1)
 * and a merged answer may carry the document's context in the event.
 */
const ADDED = ["/recordTime", "/@context"];
const EVENT_ID = "/eventID";

function isAdded(pointer: string): boolean {
  return ADDED.some((added) => pointer === added || pointer.startsWith(`${added}/`));
}

/**
 * Compares a row with the disclosed fields of a record, whose event stands at `/event`. An event that was captured
 * without an id is named by the repository. Of a partly disclosed record only the disclosed fields are compared.
 */
export function compareRow(
  row: Document,
  proven: ReadonlyMap<string, string>,
  identity: Identity,
): Comparison {
  const { eventId, isPartial } = identity;
  const shown = flatten(row);
  const named = proven.has(EVENT + EVENT_ID) ? null : JSON.stringify(eventId);
  const differences: Difference[] = [];
  let equal = 0;
  for (const [at, ledger] of proven) {
    if (at !== EVENT && !at.startsWith(`${EVENT}/`)) continue;
    const pointer = at.slice(EVENT.length);
    const index = shown.get(pointer) ?? null;
    shown.delete(pointer);
    // The repository replaces an incoming recordTime, so the captured one is never shown.
    if (pointer === "/recordTime") continue;
    if (index === ledger) equal += 1;
    else differences.push({ pointer, index, ledger });
  }
  for (const [pointer, index] of shown) {
    if (pointer === EVENT_ID && index === named) equal += 1;
    else if (!isPartial && !isAdded(pointer))
      differences.push({ pointer, index, ledger: pointer === EVENT_ID ? named : null });
  }
  return { equal, differences };
}

/** The comparison with the row that comes closest: an id may have several, the event and its error declarations. */
export function compareRows(
  rows: readonly Document[],
  proven: ReadonlyMap<string, string>,
  identity: Identity,
): Comparison | null {
  const all = rows.map((row) => compareRow(row, proven, identity));
  return all.toSorted((left, right) => left.differences.length - right.differences.length)[0] ?? null;
}

/** Whether the disclosed fields say anything about the event itself. */
export function disclosesEvent(proven: ReadonlyMap<string, string>): boolean {
  return [...proven.keys()].some((at) => at === EVENT || at.startsWith(`${EVENT}/`));
}

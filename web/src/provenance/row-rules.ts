//! The relation between a row of the index and its record, for events and master data. Invariant: the rules name every
//! field that the gateway adds or replaces.

import type { RowRules } from "../proof/compare.ts";

/**
 * The rules for the event `eventId`. The repository sets recordTime (EPCIS 2.0 section 7.4.1), adds an id to an event
 * that was captured without one, and may move the document's context into the event.
 */
export function eventRowRules(eventId: string): RowRules {
  return {
    root: "/event",
    added: ["/@context"],
    replaced: ["/recordTime"],
    implied: new Map([["/eventID", JSON.stringify(eventId)]]),
  };
}

/** The rules for a version of master data, whose row is the whole document of its record. */
export const masterDataRowRules: RowRules = { root: "", added: [], replaced: [], implied: new Map() };

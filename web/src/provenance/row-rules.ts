//! The relation of a row of the event index to the record of its event.

import type { RowRules } from "../proof/compare.ts";

/**
 * The rules for the event with `eventId`. The repository sets recordTime (EPCIS 2.0 section 7.4.1), names an event that
 * was captured without an id, and may move the document's context into the event.
 */
export function eventRowRules(eventId: string): RowRules {
  return {
    root: "/event",
    added: ["/@context"],
    replaced: ["/recordTime"],
    implied: new Map([["/eventID", JSON.stringify(eventId)]]),
  };
}

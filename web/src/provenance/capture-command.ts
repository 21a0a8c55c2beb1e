//! Command lines that readers can copy. Invariant: no secret is ever part of one.

import { evidencePath } from "../api/epcis.ts";

/** Captures a document of events. */
export function captureCommand(origin: string): string {
  return `curl --fail-with-body "${origin}/epcis/capture" \\
  -H "Authorization: Bearer $WAYMARK_TOKEN" \\
  -H "Content-Type: application/ld+json" -H "Prefer: wait=10" \\
  --data-binary @events.jsonld`;
}

/** Downloads an event's evidence bundle and checks it. */
export function evidenceCommand(origin: string, eventId: string): string {
  return `curl --fail-with-body "${origin}${evidencePath(eventId)}" \\
  -H "Authorization: Bearer $WAYMARK_TOKEN" -o bundle.json
waymark verify bundle.json`;
}

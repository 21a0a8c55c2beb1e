//! A command line that captures events. Invariant: the token is a variable, so no secret is copied.

/** Returns the command that captures a document of events. */
export function captureCommand(origin: string): string {
  return `curl --fail-with-body "${origin}/epcis/capture" \\
  -H "Authorization: Bearer $WAYMARK_TOKEN" \\
  -H "Content-Type: application/ld+json" -H "Prefer: wait=10" \\
  --data-binary @events.jsonld
# XML: -H "Content-Type: application/xml" … --data-binary @events.xml`;
}

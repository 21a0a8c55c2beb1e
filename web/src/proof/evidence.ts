//! Fetches evidence bundles from the gateway. Invariant: the text is passed on exactly as received.

import { authorisedFetch } from "../auth/session.ts";

/** Fetches the bundle at `path`, as the exact text that the gateway sent. */
export async function fetchEvidence(path: string, signal: AbortSignal): Promise<string> {
  return (await authorisedFetch(path, signal)).text();
}

/** A command line that downloads and verifies the bundle. The token is a variable, so no secret is copied. */
export function evidenceCommand(origin: string, path: string): string {
  return `curl --fail-with-body "${origin}${path}" \\
  -H "Authorization: Bearer $WAYMARK_TOKEN" -o bundle.json
waymark verify bundle.json`;
}

//! Evidence bundles as the gateway serves them.

import { authorisedFetch } from "../auth/session.ts";

/** Reads the bundle at `path`, as the exact text that the gateway sent. */
export async function fetchEvidence(path: string, signal: AbortSignal): Promise<string> {
  return (await authorisedFetch(path, signal)).text();
}

/** A command line that downloads the bundle and checks it; the token is a variable, so that no secret is copied. */
export function evidenceCommand(origin: string, path: string): string {
  return `curl --fail-with-body "${origin}${path}" \\
  -H "Authorization: Bearer $WAYMARK_TOKEN" -o bundle.json
waymark verify bundle.json`;
}

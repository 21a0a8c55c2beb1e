//! JSON for viewers that format what they are given with `JSON.stringify`. Invariant: where the browser can, a number
//! that a double would round is written as it was received.

/** The addition of ECMAScript's `JSON.parse` source text access; older browsers lack it. */
interface ExactJson {
  rawJSON?: (text: string) => unknown;
}

/** Reads a JSON text so that writing it again keeps the digits of its numbers. */
export function parseForDisplay(text: string): unknown {
  const { rawJSON } = JSON as ExactJson;
  if (rawJSON === undefined) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === "number" && source !== undefined && String(value) !== source
      ? rawJSON(source)
      : value;
  });
}

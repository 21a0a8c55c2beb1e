//! Parses JSON for viewers that print values with `JSON.stringify`. Invariant: where the browser supports it, a number
//! that a double would round is printed as it was received.

/** The addition of ECMAScript's "JSON.parse source text access"; older browsers lack it. */
interface ExactJson {
  rawJSON?: (text: string) => unknown;
}

/** Parses a JSON text so that printing it again keeps the digits of its numbers. */
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

//! Spellings of identified objects. Invariant: nothing is decided here about an identifier; the gateway checks it.

/** The host of canonical GS1 Digital Links. */
const CANONICAL = "https://id.gs1.org";

/** Whether a text looks like a GS1 Digital Link: a web address with a key in its path. */
export function isDigitalLink(text: string): boolean {
  return /^https?:\/\/[^?#]*\/\d{2,4}\/[^/?#]/.test(text);
}

/**
 * The path of an object from what people type: a canonical Digital Link, its path, or an element string in brackets. A
 * Digital Link of another host is left as it is, because its path may begin with anything.
 */
export function objectOf(text: string): string {
  const typed = text.trim();
  if (typed.startsWith("(")) {
    const elements = [...typed.matchAll(/\((\d{2,4})\)(.*?)(?=\(\d{2,4}\)|$)/g)];
    return elements.map(([, key, value]) => `/${key}/${encodeURIComponent(value ?? "")}`).join("");
  }
  const path = typed.replace(/^https?:\/\/id\.gs1\.org(?=\/)/i, "");
  return /^(\/|https?:\/\/|$)/.test(path) ? path : `/${path}`;
}

/** The Digital Link of an object that {@link objectOf} returned. */
export function addressOf(object: string): string {
  return object.startsWith("/") ? `${CANONICAL}${object}` : object;
}

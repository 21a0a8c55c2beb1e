//! Documents as the ledger commits to them: one field per scalar or empty container. Invariant: splitting a document
//! into fields and assembling them again gives an equal document.

import { type Json, JsonNumber, parseJson } from "./json.ts";
import { canonicalNumber } from "./number.ts";

/** A parsed JSON value. */
export type Document = null | boolean | JsonNumber | string | Document[] | DocumentObject;
/** A parsed JSON object. */
export type DocumentObject = { [name: string]: Document };

function toDocument(json: Json): Document {
  if (Array.isArray(json)) return json.map(toDocument);
  if (!(json instanceof Map)) return json;
  return Object.fromEntries([...json].map(([name, value]): [string, Document] => [name, toDocument(value)]));
}

/**
 * Parses a document.
 * @throws JsonSyntaxError when it is not JSON, JsonMeaningError when it is ambiguous or nested too deeply.
 */
export function parseDocument(text: string): Document {
  return toDocument(parseJson(text));
}

/** The members of an object; `null` for any other value. */
export function members(document: Document | undefined): DocumentObject | null {
  const isObject = typeof document === "object" && document !== null;
  return isObject && !Array.isArray(document) && !(document instanceof JsonNumber) ? document : null;
}

/** Formats a document as JSON for display, with each number as it is written in the document. */
export function formatDocument(document: Document, indent = ""): string {
  if (document instanceof JsonNumber) return document.text;
  if (typeof document !== "object" || document === null) return JSON.stringify(document);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(document) ? "[]" : "{}";
  const items = Array.isArray(document)
    ? document.map((item) => formatDocument(item, inner))
    : Object.entries(document).map(
        ([name, value]) => `${JSON.stringify(name)}: ${formatDocument(value, inner)}`,
      );
  return items.length === 0
    ? `${open}${close}`
    : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
}

function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** An array index in a JSON pointer (RFC 6901 section 4): digits without a leading zero. */
function isArrayIndex(name: string): boolean {
  return /^(0|[1-9][0-9]*)$/.test(name);
}

/**
 * Splits a document into fields: from JSON pointer (RFC 6901) to the canonical JSON (RFC 8785, but with all digits of
 * numbers) of a scalar or empty container. A number beyond the limits, which no record contains, is kept as written. A
 * pointer does not distinguish `[1]` from `{"0":1}`, so an object with a name like an index adds a field `{}` for
 * itself.
 */
export function flatten(document: Document, pointer = ""): Map<string, string> {
  if (document instanceof JsonNumber) {
    return new Map([[pointer, canonicalNumber(document.text).text ?? document.text]]);
  }
  const entries = typeof document === "object" && document !== null ? Object.entries(document) : [];
  // For these values `JSON.stringify` writes the form of RFC 8785, which is defined after it.
  if (entries.length === 0) return new Map([[pointer, JSON.stringify(document)]]);
  const fields = new Map<string, string>();
  if (!Array.isArray(document) && entries.some(([name]) => isArrayIndex(name))) fields.set(pointer, "{}");
  for (const [name, value] of entries) {
    for (const [at, text] of flatten(value, `${pointer}/${escapeToken(name)}`)) fields.set(at, text);
  }
  return fields;
}

/** The maximum depth of an assembled document; sealed documents are not nested deeper. */
const DEPTH_MAX = 64;

interface Branch {
  value: string | null;
  children: Map<string, Branch>;
}

function grow(fields: ReadonlyMap<string, string>): Branch | null {
  const root: Branch = { value: null, children: new Map() };
  for (const [pointer, value] of fields) {
    const [first, ...tokens] = pointer.split("/");
    if (first !== "" || tokens.length > DEPTH_MAX) return null;
    let branch = root;
    for (const token of tokens.map(unescapeToken)) {
      const child = branch.children.get(token) ?? { value: null, children: new Map() };
      branch.children.set(token, child);
      branch = child;
    }
    branch.value = value;
  }
  return root;
}

/** Fields that no document can have: one pointer is inside the value of another. */
class ContradictionError extends Error {}

function build({ value, children }: Branch): Document {
  if (children.size === 0) return parseDocument(value ?? "null");
  // A container with members has no field of its own, except the one that marks an object with names like indices.
  if (value !== null && value !== "{}") throw new ContradictionError();
  const names = [...children.keys()];
  if (value === null && names.every(isArrayIndex)) {
    const ordered = [...children].toSorted(([left], [right]) => (BigInt(left) < BigInt(right) ? -1 : 1));
    return ordered.map(([, child]) => build(child));
  }
  return Object.fromEntries([...children].map(([name, child]): [string, Document] => [name, build(child)]));
}

/**
 * Assembles a document from disclosed fields. Withheld members and elements leave no gap, so a partly disclosed array
 * has only its disclosed elements. `null` when there are no fields, or when they contradict each other.
 */
export function assemble(fields: ReadonlyMap<string, string>): Document {
  const root = fields.size === 0 ? null : grow(fields);
  try {
    return root === null ? null : build(root);
  } catch (error) {
    if (error instanceof ContradictionError) return null;
    throw error;
  }
}

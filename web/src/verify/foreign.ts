//! Recognises JSON that is no bundle, such as the error answer of a server. Invariant: an object with the member
//! `version` is never refused here, whatever its shape.

/** The file is JSON, but not an evidence bundle. */
export class ForeignFileError extends Error {}

/** The maximum number of characters of a title that are shown. */
export const TITLE_CHARS_MAX = 200;

/** A text in quotation marks, without control characters. */
function quote(text: string): string {
  const shown = [...text].slice(0, TITLE_CHARS_MAX).join("");
  const codeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(shown).replace(/[\u007f-\u009f]/g, codeOf);
}

/** The title of a problem document (RFC 9457 section 3.1); `null` for any other object. */
function problemTitle(members: Readonly<Record<string, unknown>>): string | null {
  const { type, title, status } = members;
  return typeof type === "string" && typeof title === "string" && typeof status === "number" ? title : null;
}

/**
 * Refuses a value, as JSON.parse returns it, that is not an object with the member `version`.
 * @throws ForeignFileError
 */
export function refuseForeign(value: unknown): void {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && Object.hasOwn(value, "version")) return;
  const title = isObject ? problemTitle(value as Record<string, unknown>) : null;
  const error = title === null ? "" : `, but an error: ${quote(title)}`;
  throw new ForeignFileError(`this is not an evidence bundle${error}`);
}

//! The versions in a file: of its own format, and of the protocol of its headers and documents. Invariant: an unknown
//! version is found and named before anything else is parsed, because the rest of the file may have any shape.

import { fromBase64 } from "./bytes.ts";
import { type Json, JsonNumber } from "./json.ts";

/** The format of bundles and anchors that this verifier reads. Protocol 1 used format 1, which cannot be read. */
export const FORMAT = 2n;

/** The protocol versions that this verifier knows, ascending. */
export const KNOWN_VERSIONS: readonly number[] = [2];

const CODE = "ledger.unknown_version";
/** The number of base64 characters for the first three bytes of a value, of which two are its version. */
const PREFIX_CHARS = 4;
const U32_MAX = 0xffff_ffffn;
const NATURAL = /^(?:0|[1-9][0-9]{0,9})$/;

/** A file has an unknown version; another verifier may be able to read it. */
export class UnknownVersionError extends Error {}

function member(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((at, name) => (at instanceof Map ? at.get(name) : undefined), value);
}

/** The version at the beginning of an encoded value. */
function versionOf(value: Json | undefined): number[] {
  if (typeof value !== "string") return [];
  const bytes = fromBase64(value.slice(0, PREFIX_CHARS));
  const [low, high] = bytes ?? [];
  return low === undefined || high === undefined ? [] : [low + 256 * high];
}

/** The protocol versions in a bundle or an anchor: in its genesis document, its hand-overs and its headers. */
function named(file: Json): number[] {
  const list = member(file, "hand_overs");
  const handOvers = [...(Array.isArray(list) ? list : []), member(file, "hand_over")];
  return [
    member(file, "genesis"),
    ...handOvers.flatMap((part) => [member(part, "hand_over"), member(part, "block", "header")]),
    member(file, "block", "header"),
    member(file, "stream", "block", "header"),
  ].flatMap(versionOf);
}

function formatOf(file: Json): bigint | null {
  const format = member(file, "version");
  const isNatural = format instanceof JsonNumber && NATURAL.test(format.text);
  const natural = isNatural ? BigInt(format.text) : null;
  return natural !== null && natural <= U32_MAX ? natural : null;
}

/**
 * Refuses a file with a version that is not among `known`; `what` names the kind of file.
 * @throws UnknownVersionError for an unknown version.
 */
export function checkVersions(file: Json, what: string, known: readonly number[] = KNOWN_VERSIONS): void {
  const format = formatOf(file);
  if (format !== null && format > FORMAT) {
    const words = `has format ${format}, and this verifier reads ${FORMAT}: it needs a newer verifier`;
    throw new UnknownVersionError(`${CODE}: the ${what} ${words}`);
  }
  if (format !== null && format < FORMAT) {
    const words = "was made by protocol 1, which cannot be read any more: use the build that made it";
    throw new UnknownVersionError(`${CODE}: the ${what} ${words}`);
  }
  const version = named(file).find((one) => !known.includes(one));
  if (version === undefined) return;
  const newest = known.at(-1) ?? 0;
  const words =
    version > newest
      ? `, and this verifier knows ${newest}: it needs a newer verifier`
      : ", which cannot be read: use the build that made it";
  throw new UnknownVersionError(`${CODE}: the ${what} follows protocol ${version}${words}`);
}

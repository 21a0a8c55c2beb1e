//! Public keys and signatures in their canonical encoding: a byte that names the scheme, then the scheme's own bytes.
//! Invariant: an unknown scheme gets another error than a malformed value, because a later verifier may know it.

import { type BorshReader, decode } from "./borsh.ts";
import { type Bytes, concat, fromHex } from "./bytes.ts";

/** The number of the scheme Ed25519 (RFC 8032). */
export const ED25519 = 1;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Reserved scheme numbers. */
const SET_ASIDE = new Map([
  [2, "P-256 with WebAuthn"],
  [3, "ML-DSA-44"],
  [4, "SM2"],
]);

/** A key or signature of a scheme that is not in use. */
export class UnknownSchemeError extends Error {
  constructor(readonly scheme: number) {
    const name = SET_ASIDE.get(scheme);
    const words = name === undefined ? `${scheme}` : `${scheme} (${name})`;
    super(`ledger.unknown_scheme: scheme ${words} is not in use, only ${ED25519} (Ed25519) is`);
  }
}

function read(reader: BorshReader, size: number): Bytes {
  const scheme = reader.fixed(1);
  if (scheme[0] !== ED25519) throw new UnknownSchemeError(scheme[0] ?? 0);
  return concat([scheme, reader.fixed(size)]);
}

/**
 * Reads a public key and returns its whole encoding.
 * @throws UnknownSchemeError when its scheme is not in use.
 */
export function readKey(reader: BorshReader): Bytes {
  return read(reader, KEY_BYTES);
}

/**
 * Reads a signature and returns its whole encoding.
 * @throws UnknownSchemeError when its scheme is not in use.
 */
export function readSignature(reader: BorshReader): Bytes {
  return read(reader, SIGNATURE_BYTES);
}

export function decodeSignature(bytes: Bytes): Bytes {
  return decode("Signature", bytes, readSignature);
}

/** Parses a public key from the hexadecimal digits of its whole encoding; `null` for any other text. */
export function keyFromText(text: string): Bytes | null {
  const bytes = fromHex(text);
  return bytes?.length === 1 + KEY_BYTES && bytes[0] === ED25519 ? bytes : null;
}

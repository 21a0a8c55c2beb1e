//! Verifies Ed25519 signatures by the ledger's rule: RFC 8032 section 5.1.7 with the cofactored equation, canonical
//! encodings, and no keys of small order. Invariant: the verdict is the same in every browser.
//!
//! Browsers use the cofactorless equation, so WebCrypto may reject a signature that the rule accepts, and some browsers
//! have no Ed25519 at all. Once the bytes are canonical, every signature that WebCrypto accepts is valid by the rule.
//! So an acceptance by WebCrypto counts, and a rejection is checked again by the library that implements the rule.

import { verifyAsync } from "@noble/ed25519";
import { type Bytes, fromHex, toHex } from "./bytes.ts";

/** The raw bytes to verify, without the scheme byte. */
export interface Ed25519Claim {
  key: Bytes;
  signature: Bytes;
  message: Bytes;
}

/** The field prime and the order of the base point. */
const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const SIGN = 2n ** 255n;

/**
 * The `y` coordinates of the points whose order divides 8, and the non-canonical encodings of 0 and 1 (the prime
 * added).
 */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  fromLittleEndian("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
  fromLittleEndian("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
  P - 1n,
  P,
  P + 1n,
]);

function fromLittleEndian(bytes: Bytes | string): bigint {
  const array = typeof bytes === "string" ? (fromHex(bytes) ?? new Uint8Array()) : bytes;
  return BigInt(`0x${toHex(array.toReversed())}`);
}

/** Whether a point is of small order, in any encoding. */
export function isSmallOrder(point: Bytes): boolean {
  return SMALL_ORDER.has(fromLittleEndian(point) % SIGN);
}

/** Whether `y` is below the prime, and `x` is not a negative zero; `x` is zero where `y` is 1 or -1. */
function isCanonical(point: Bytes): boolean {
  const encoded = fromLittleEndian(point);
  const y = encoded % SIGN;
  return y < P && (encoded < SIGN || (y !== 1n && y !== P - 1n));
}

/** The part of the rule that depends on the bytes alone. */
function isWellFormed({ key, signature }: Ed25519Claim): boolean {
  return (
    key.length === 32 &&
    signature.length === 64 &&
    isCanonical(key) &&
    !isSmallOrder(key) &&
    isCanonical(signature.slice(0, 32)) &&
    fromLittleEndian(signature.slice(32)) < ORDER
  );
}

/** Whether WebCrypto accepts the signature; false also when it has no Ed25519. */
async function isAcceptedBy(
  subtle: SubtleCrypto,
  { key, signature, message }: Ed25519Claim,
): Promise<boolean> {
  try {
    const imported = await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await subtle.verify({ name: "Ed25519" }, imported, signature, message);
  } catch {
    return false;
  }
}

/** Whether a signature is valid. Without `subtle` only the library is used. */
export async function verifyEd25519(subtle: SubtleCrypto | null, claim: Ed25519Claim): Promise<boolean> {
  if (!isWellFormed(claim)) return false;
  if (subtle !== null && (await isAcceptedBy(subtle, claim))) return true;
  return verifyAsync(claim.signature, claim.message, claim.key, { zip215: false });
}

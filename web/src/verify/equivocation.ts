//! Checks whether two votes convict a validator. Invariant: true only after this browser has checked both signatures
//! over two votes that an honest validator never signs both.

import { BorshError } from "./borsh.ts";
import { type Bytes, equal, fromBase64 } from "./bytes.ts";
import { decodeSignature, keyFromText, UnknownSchemeError } from "./scheme.ts";
import { NAMESPACE, TAG, type Workbook } from "./workbook.ts";

/** Two signed votes as text: the key in hexadecimal, votes and signatures in base64. */
export interface AccusedPair {
  key: string;
  first: { vote: string; signature: string };
  second: { vote: string; signature: string };
}

/** The length of chain, shard, epoch, height and view at the beginning of a vote. */
const PLACE_BYTES = 32 + 2 + 8 + 8 + 8;
const VOTE_BYTES = PLACE_BYTES + 1 + 32;
/** The steps of a vote in their canonical encoding: finalise, notarise, nullify, propose. */
const [FINALISE, NULLIFY, STEPS] = [0, 2, 4];

/** Whether the votes are for the same step of one view but different blocks, or nullify and finalise one view. */
function contradicts(first: Bytes, second: Bytes): boolean {
  if (!equal(first.slice(0, PLACE_BYTES), second.slice(0, PLACE_BYTES))) return false;
  const [left = STEPS, right = STEPS] = [first[PLACE_BYTES], second[PLACE_BYTES]];
  if (left >= STEPS || right >= STEPS) return false;
  if (left === right) return !equal(first.slice(PLACE_BYTES + 1), second.slice(PLACE_BYTES + 1));
  return Math.min(left, right) === FINALISE && Math.max(left, right) === NULLIFY;
}

function signatureFromText(text: string): Bytes | null {
  const bytes = fromBase64(text);
  try {
    return bytes === null ? null : decodeSignature(bytes);
  } catch (error) {
    if (error instanceof BorshError || error instanceof UnknownSchemeError) return null;
    throw error;
  }
}

/**
 * Whether both votes are signed by the key and contradict each other.
 * @throws CryptoMissingError when this browser offers no WebCrypto on this page.
 */
export async function convicts(book: Workbook, pair: AccusedPair): Promise<boolean> {
  const key = keyFromText(pair.key);
  const votes = [fromBase64(pair.first.vote), fromBase64(pair.second.vote)] as const;
  const [first, second] = votes;
  if (key === null || first?.length !== VOTE_BYTES || second?.length !== VOTE_BYTES) return false;
  if (!contradicts(first, second)) return false;
  for (const [vote, text] of [
    [first, pair.first.signature],
    [second, pair.second.signature],
  ] as const) {
    const signature = signatureFromText(text);
    if (signature === null) return false;
    const digest = await book.tagged("vote", TAG.vote, vote);
    if (!(await book.verify("validator signature", NAMESPACE.vote, { key, digest, signature }))) return false;
  }
  return true;
}

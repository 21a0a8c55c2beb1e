//! Step `certificate`: a quorum of the trusted validators of the block's epoch finalised the block. Invariant: only
//! valid signatures count, by the weight of their validator. A quorum is more than two thirds of the weight.

import type { BlockPart } from "../bundle.ts";
import { equal } from "../bytes.ts";
import { encodeFinaliseVote, viewOfVote } from "../ledger-type.ts";
import { check, IncompleteError } from "../report.ts";
import type { Trusted } from "../trusted.ts";
import { encodeValidatorSet } from "../validator.ts";
import { NAMESPACE, TAG, type Workbook } from "../workbook.ts";
import { VALIDATORS_MAX } from "./genesis.ts";

/**
 * Checks that a certificate is for its block. A block that was notarised but not finalised is proposed again, so the
 * view of the vote may be later than the block's.
 */
export async function checkVote(book: Workbook, { header, certificate }: BlockPart): Promise<void> {
  const digest = await book.tagged("block header", TAG.header, header.bytes);
  const view = viewOfVote(certificate.vote);
  const expected = encodeFinaliseVote(header, view, digest);
  check(view >= header.view && equal(certificate.vote, expected), "the certificate is for another block");
}

/**
 * Checks a block's certificate against the validators trusted in its epoch. A set that did not change needs no
 * hand-over: the block may be of a later epoch than the last hand-over, if its header commits to the same validators
 * under its own epoch.
 */
export async function checkCertificate(
  book: Workbook,
  trusted: Trusted,
  block: BlockPart,
): Promise<{ signers: number; validators: number; weight: string; total: string }> {
  const { header, certificate } = block;
  const { since, version, validators } = trusted.at(header.epoch, header.shard);
  check(equal(header.chainId, trusted.chainId), "the block is of another chain");
  await checkVote(book, block);
  if (header.version !== version) {
    check(header.epoch > since, "the block follows another protocol than its epoch");
    throw new IncompleteError(`no hand-over leads to protocol ${header.version} in epoch ${header.epoch}`);
  }
  const set = encodeValidatorSet({ epoch: header.epoch, validators });
  const setHash = await book.tagged("validator set", TAG.validators, set);
  if (!equal(setHash, header.validatorSetHash)) {
    // In the epoch of the hand-over itself no other set is possible. In a later epoch, a hand-over may be missing.
    check(header.epoch > since, "the block names another validator set");
    throw new IncompleteError(`no hand-over leads to the validators of epoch ${header.epoch}`);
  }

  const { signatures } = certificate;
  const ascending = signatures.every(({ index }, at) => at === 0 || (signatures[at - 1]?.index ?? 0) < index);
  check(
    ascending && signatures.length <= VALIDATORS_MAX,
    "signers are strictly ascending indices into the validator set",
  );
  const listed = signatures.map(({ index, signature }) => ({ validator: validators[index], signature }));
  check(
    listed.every(({ validator }) => validator !== undefined),
    "signers are strictly ascending indices into the validator set",
  );
  const vote = await book.tagged("vote", TAG.vote, certificate.vote);
  // A single validator must not be able to invalidate a quorum's certificate, so an invalid signature just does not
  // count.
  let [signers, weight] = [0, 0n];
  for (const { validator, signature } of listed) {
    if (validator === undefined) continue;
    const claim = { key: validator.key, digest: vote, signature };
    if (await book.verify("validator signature", NAMESPACE.vote, claim)) {
      signers += 1;
      weight += validator.weight;
    }
  }
  const total = validators.reduce((sum, validator) => sum + validator.weight, 0n);
  check(3n * weight > 2n * total, "the validators whose signatures are valid are not a quorum");
  return {
    signers,
    validators: validators.length,
    weight: `${weight}`,
    total: `${total}`,
  };
}

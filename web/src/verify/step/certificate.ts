//! Step `certificate`: a quorum of those who validated in the block's epoch made it final.

import type { BlockPart } from "../bundle.ts";
import { equal } from "../bytes.ts";
import { encodeFinaliseVote, viewOfVote } from "../ledger-type.ts";
import { check, IncompleteError } from "../report.ts";
import type { Trusted } from "../trusted.ts";
import { encodeValidatorSet } from "../validator.ts";
import { NAMESPACE, TAG, type Workbook } from "../workbook.ts";
import { VALIDATORS_MAX } from "./genesis.ts";

/**
 * Checks a block's certificate against the validators trusted in its epoch.
 *
 * A set that did not change needs no hand-over: the block may be of a later epoch than the last hand-over before it, as
 * long as its header names the same validators under its own epoch.
 */
export async function checkCertificate(
  book: Workbook,
  trusted: Trusted,
  block: BlockPart,
): Promise<{ signers: number; validators: number; weight: string; total: string }> {
  const { header, certificate } = block;
  const { since, validators } = trusted.at(header.epoch, header.shard);
  check(equal(header.chainId, trusted.chainId), "the block is of another chain");
  const digest = await book.tagged("block header", TAG.header, header.bytes);
  // A block that was notarised and did not become final is proposed again, so its view may be a later one.
  const view = viewOfVote(certificate.vote);
  const expected = encodeFinaliseVote(header, view, digest);
  check(view >= header.view && equal(certificate.vote, expected), "the certificate is for another block");
  const set = encodeValidatorSet({ epoch: header.epoch, validators });
  const setHash = await book.tagged("validator set", TAG.validators, set);
  if (!equal(setHash, header.validatorSetHash)) {
    // Within the hand-over's own epoch its validators are the only ones; later ones may have come after them.
    check(header.epoch > since, "the block names another validator set");
    throw new IncompleteError(`no hand-over leads to the validators of epoch ${header.epoch}`);
  }

  const { signatures } = certificate;
  const ascending = signatures.every(({ index }, at) => at === 0 || (signatures[at - 1]?.index ?? 0) < index);
  check(
    ascending && signatures.length <= VALIDATORS_MAX,
    "signers are strictly ascending indices into the validator set",
  );
  const vote = await book.tagged("vote", TAG.vote, certificate.vote);
  let weight = 0n;
  for (const { index, signature } of signatures) {
    const validator = validators[index];
    check(validator !== undefined, `there is no validator ${index}`);
    const claim = { key: validator.key, digest: vote, signature };
    const valid = await book.verify("validator signature", NAMESPACE.vote, claim);
    check(valid, `the signature of validator ${index} is not valid`);
    weight += validator.weight;
  }
  const total = validators.reduce((sum, validator) => sum + validator.weight, 0n);
  check(3n * weight > 2n * total, "the signers are not a quorum");
  return {
    signers: signatures.length,
    validators: validators.length,
    weight: `${weight}`,
    total: `${total}`,
  };
}

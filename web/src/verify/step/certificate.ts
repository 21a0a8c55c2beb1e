//! Step `certificate`: a quorum of the chain's validators made the block final.

import type { BlockPart, Bundle } from "../bundle.ts";
import { equal } from "../bytes.ts";
import { encodeFinaliseVote, viewOfVote } from "../ledger-type.ts";
import { check } from "../report.ts";
import { NAMESPACE, TAG, type Workbook } from "../workbook.ts";
import { VALIDATORS_MAX } from "./genesis.ts";

/** Checks a block's certificate against the validators of the genesis document. */
export async function checkCertificate(
  book: Workbook,
  bundle: Bundle,
  block: BlockPart,
): Promise<{ signers: number; validators: number; weight: string; total: string }> {
  const { header, certificate } = block;
  const { validators, validatorsBytes } = bundle.genesis;
  check(equal(header.chainId, bundle.chainId), "the block is of another chain");
  const digest = await book.tagged("block header", TAG.header, header.bytes);
  // A block that was notarised and did not become final is proposed again, so its view may be a later one.
  const view = viewOfVote(certificate.vote);
  const expected = encodeFinaliseVote(header, view, digest);
  check(view >= header.view && equal(certificate.vote, expected), "the certificate is for another block");
  const setHash = await book.tagged("validator set", TAG.validators, validatorsBytes);
  check(equal(setHash, header.validatorSetHash), "the block names another validator set");

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

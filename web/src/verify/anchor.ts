//! Anchors: the committee that a verifier trusts before it starts. Invariant: an anchor names one committee of one
//! chain, either by the genesis document whose digest is the chain id, or by a hand-over that its certified header
//! records.

import type { Anchor, AnchorFile, HandOverPart } from "./bundle.ts";
import { type Bytes, equal } from "./bytes.ts";
import { check } from "./report.ts";
import { checkVote } from "./step/certificate.ts";
import { checkGenesis } from "./step/genesis.ts";
import { checkDecision } from "./step/hand-overs.ts";
import type { Workbook } from "./workbook.ts";

/** The certificate is not checked: the validators that signed it are not part of an anchor. */
async function openHandOver(book: Workbook, chainId: Bytes, part: HandOverPart): Promise<Anchor> {
  const { header } = part.block;
  check(equal(header.chainId, chainId), "the chain id is not that of the header");
  await checkVote(book, part.block);
  await checkDecision(book, part);
  return {
    chainId,
    committees: part.handOver,
    handOver: part.handOver.bytes,
    height: header.height,
    timestampMs: header.timestampMs,
  };
}

/**
 * Opens the anchor of a file.
 * @throws TamperedError when its parts do not fit together.
 */
export async function openAnchor(book: Workbook, { chainId, origin }: AnchorFile): Promise<Anchor> {
  if (origin.kind === "hand_over") return openHandOver(book, chainId, origin.part);
  const { genesis } = origin;
  await checkGenesis(book, { chainId, genesis });
  const { version, validators: committee } = genesis;
  const committees = { version, committee, sampled: [] };
  return { chainId, committees, handOver: null, height: 0n, timestampMs: genesis.timestampMs };
}

//! Verifies evidence bundles offline. Invariant: steps, their order and the verdict are those of the ledger's own
//! verifier. Only the anchor is trusted, or without one the genesis document of the bundle.

import { openAnchor } from "./anchor.ts";
import type { Anchor, Bundle, RecordBlockPart, RecordPart } from "./bundle.ts";
import { fromUtf8, toHex } from "./bytes.ts";
import { type Proven, reportRecord, reportStream, toRfc3339 } from "./contents.ts";
import { ForeignFileError, refuseForeign } from "./foreign.ts";
import { JsonMeaningError, JsonSyntaxError, parseJson } from "./json.ts";
import {
  COMPUTATIONS_PER_STEP_MAX,
  IncompleteError,
  type Report,
  type StepName,
  type StepReport,
  TamperedError,
  type TrustReport,
  UntrustedAnchorError,
  type Verdict,
} from "./report.ts";
import { UnknownSchemeError } from "./scheme.ts";
import { readAnchor, readBundle } from "./shape.ts";
import { checkAncestry } from "./step/ancestry.ts";
import { checkAnchor } from "./step/anchor.ts";
import { checkAuthor } from "./step/author.ts";
import { checkCertificate } from "./step/certificate.ts";
import { checkCommand } from "./step/command.ts";
import { checkFields } from "./step/fields.ts";
import { checkGenesis } from "./step/genesis.ts";
import { checkHandOvers } from "./step/hand-overs.ts";
import { checkInclusion } from "./step/inclusion.ts";
import { recordLeaf } from "./step/record.ts";
import { checkStream } from "./step/stream.ts";
import { checkSubject } from "./step/subject.ts";
import { Trusted } from "./trusted.ts";
import { KNOWN_VERSIONS, UnknownVersionError } from "./version.ts";
import { type Computation, CryptoMissingError, Workbook } from "./workbook.ts";

/** Callbacks during a verification. */
export interface Progress {
  /** A step has begun. */
  onStep?: (step: StepName) => void;
  /** The running step has computed a hash or checked a signature. */
  onComputation?: (step: StepName, computation: Computation) => void;
}

/** The file is not an anchor, or its parts do not fit together. */
export class AnchorError extends Error {}

/** The maximum size of a bundle or an anchor, in bytes. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Parses and opens an anchor file.
 * @throws AnchorError when it is not an anchor, or its parts do not fit together.
 */
export async function parseAnchor(text: string): Promise<Anchor> {
  try {
    return await openAnchor(new Workbook(() => {}), readAnchor(parseJson(text)));
  } catch (error) {
    if (error instanceof CryptoMissingError) throw error;
    throw new AnchorError(error instanceof Error ? error.message : String(error));
  }
}

/** A record with the parts that connect it to the chain. */
interface RecordParts {
  record: RecordPart;
  inclusion: NonNullable<Bundle["inclusion"]>;
  block: RecordBlockPart;
}

/** The parts of a record's proof; `null` when the bundle has no record. */
function recordParts({ record, inclusion, block, subject, stream }: Bundle): RecordParts | null {
  if (record !== null) {
    if (inclusion === null) throw new IncompleteError("the record comes without its inclusion");
    if (block === null) throw new IncompleteError("the record comes without its block");
    return { record, inclusion, block };
  }
  // Parts that no step would check must not be in a verified bundle.
  if (inclusion !== null) throw new IncompleteError("an inclusion comes without its record");
  if (block !== null) throw new IncompleteError("a block comes without its record");
  if (subject !== null) throw new IncompleteError("a subject comes without the record that is about it");
  if (stream === null) throw new IncompleteError("the bundle holds neither a record nor a stream");
  return null;
}

/** Describes a step by its result, unchanged. */
function same<T>(found: T): T {
  return found;
}

/** One verification with its completed steps. */
class Verification {
  readonly steps: StepReport[] = [];
  private readonly book: Workbook;
  private running: StepName = "shape";
  private computations: Computation[] = [];
  private count = 0;
  bundle: Bundle | null = null;
  proven: Proven | null = null;

  constructor(
    private readonly progress: Progress,
    private readonly versions: readonly number[],
  ) {
    this.book = new Workbook((computation) => {
      this.count += 1;
      if (this.computations.length < COMPUTATIONS_PER_STEP_MAX) this.computations.push(computation);
      progress.onComputation?.(this.running, computation);
    });
  }

  private async step<T>(
    step: StepName,
    run: () => T | Promise<T>,
    describe?: (result: T) => StepReport["found"],
  ): Promise<T> {
    [this.running, this.computations, this.count] = [step, [], 0];
    this.progress.onStep?.(step);
    const report = (ok: boolean, result: Pick<StepReport, "detail" | "found">) =>
      this.steps.push({ step, ok, ...result, computations: this.computations, computationCount: this.count });
    try {
      const result = await run();
      report(true, { detail: null, found: describe?.(result) ?? null });
      return result;
    } catch (error) {
      // Without WebCrypto nothing can be checked, so the step has neither passed nor failed.
      if (error instanceof CryptoMissingError) throw error;
      report(false, { detail: error instanceof Error ? error.message : String(error), found: null });
      throw error;
    }
  }

  /** Runs all steps that apply; throws at the first that fails. */
  async run(text: string, anchor: Anchor | null): Promise<void> {
    const bundle = await this.step("shape", () => readBundle(parseJson(text, refuseForeign), this.versions));
    this.bundle = bundle;
    await this.step("genesis", () => checkGenesis(this.book, bundle), same);
    if (anchor !== null) await this.step("anchor", () => checkAnchor(bundle, anchor), same);
    const parts = recordParts(bundle);
    const trusted = new Trusted(bundle, anchor);
    const { handOvers, stream } = bundle;
    if (handOvers !== null) {
      const context = { trusted, anchor };
      await this.step("hand_overs", () => checkHandOvers(this.book, bundle, context), same);
    }
    if (parts !== null) await this.runRecord(bundle, parts, trusted);
    if (stream !== null) {
      const context = { own: this.proven, trusted };
      await this.step("stream", () => checkStream(this.book, bundle, stream, context), same);
    }
  }

  private async runRecord(
    bundle: Bundle,
    { record, inclusion, block }: RecordParts,
    trusted: Trusted,
  ): Promise<void> {
    const { subject } = bundle;
    await this.step("fields", () => checkFields(this.book, record.body), same);
    const body = await this.step(
      "command",
      () => checkCommand(this.book, record),
      () => ({ index: `${record.commandIndex}`, size: record.transaction.entryCount }),
    );
    const txId = await this.step("author", () => checkAuthor(this.book, record, bundle.chainId));
    const leaf = await this.step("record", () => recordLeaf(this.book, record, { txId, body }));
    await this.step(
      "inclusion",
      () => checkInclusion(this.book, leaf, { inclusion, block }),
      // The header does not commit to index and size, which only give the direction of the path. So they are not
      // reported.
      () => ({ height: `${block.header.height}`, shard: block.header.shard }),
    );
    await this.step(
      "certificate",
      () =>
        "certificate" in block
          ? checkCertificate(this.book, trusted, block)
          : checkAncestry(this.book, trusted, block, bundle.stream),
      same,
    );
    if (subject !== null) {
      await this.step(
        "subject",
        () => checkSubject(this.book, record, subject),
        () => ({ kind: subject.kind, id: subject.id }),
      );
    }
    this.proven = { record, txId, leaf };
  }
}

function reportTrust(anchor: Anchor | null, bundle: Bundle | null): TrustReport | null {
  if (anchor !== null) {
    const { committees, height, timestampMs } = anchor;
    return { source: "anchor", epoch: committees.committee.epoch, height, as_of: toRfc3339(timestampMs) };
  }
  if (bundle === null) return null;
  const { validators, timestampMs } = bundle.genesis;
  return { source: "bundle", epoch: validators.epoch, height: 0n, as_of: toRfc3339(timestampMs) };
}

function judge(error: unknown): Verdict {
  if (error instanceof TamperedError || error instanceof JsonMeaningError) return "tampered";
  if (error instanceof UntrustedAnchorError) return "untrusted_anchor";
  if (error instanceof IncompleteError) return "incomplete";
  const unreadable = [JsonSyntaxError, ForeignFileError, UnknownVersionError, UnknownSchemeError];
  if (unreadable.some((kind) => error instanceof kind)) return "unreadable";
  throw error;
}

/**
 * Verifies a bundle of a known protocol version, given as text or as the bytes of a file.
 * @throws CryptoMissingError when this browser offers no WebCrypto on this page; there is no verdict then.
 */
export async function verify(
  input: string | Uint8Array,
  anchor: Anchor | null = null,
  progress: Progress = {},
  versions: readonly number[] = KNOWN_VERSIONS,
): Promise<Report> {
  const verification = new Verification(progress, versions);
  let [verdict, detail]: [Verdict, string | null] = ["verified", null];
  try {
    const text = typeof input === "string" ? input : fromUtf8(input);
    if (input.length > FILE_BYTES_MAX)
      throw new JsonSyntaxError(`the file is larger than ${FILE_BYTES_MAX} bytes`);
    if (text === null) throw new JsonSyntaxError("the file is not UTF-8 text");
    await verification.run(text, anchor);
  } catch (error) {
    verdict = judge(error);
    detail = error instanceof Error ? error.message : String(error);
  }
  const { steps, bundle, proven } = verification;
  const isVerified = verdict === "verified";
  const failed = steps.find((step) => !step.ok);
  return {
    verdict,
    step: verdict === "tampered" || verdict === "untrusted_anchor" ? (failed?.step ?? null) : null,
    detail,
    chain_id: bundle === null ? null : toHex(bundle.chainId),
    anchored: anchor !== null && steps.some((step) => step.step === "anchor" && step.ok),
    trust: reportTrust(anchor, bundle),
    steps,
    record: isVerified && bundle !== null && proven !== null ? reportRecord(bundle, proven) : null,
    subject: isVerified && bundle?.subject ? { kind: bundle.subject.kind, id: bundle.subject.id } : null,
    stream: isVerified && bundle !== null ? reportStream(bundle, proven) : null,
    computationCount: steps.reduce((sum, step) => sum + step.computationCount, 0),
  };
}

//! Tests the verifier's results for files that no vector covers, and its progress callbacks.

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { COMPUTATIONS_PER_STEP_MAX, type StepName } from "./report.ts";
import { HAND_OVERS_MAX } from "./step/hand-overs.ts";
import { AnchorError, parseAnchor, verify } from "./verify.ts";
import { CryptoMissingError } from "./workbook.ts";

function vector(name: string): { bundle: Record<string, unknown>; anchor: unknown } {
  return JSON.parse(readFileSync(`../chain/proof/vectors/${name}.json`, "utf8"));
}

afterEach(() => vi.unstubAllGlobals());

describe("verify", () => {
  test.each(["", "PK\u0003\u0004", '{"version":1', "\ufeff{}"])("cannot read %j", async (text) => {
    const report = await verify(text);
    expect(report).toMatchObject({ verdict: "unreadable", step: null, record: null, stream: null });
    expect(report.detail).not.toBeNull();
  });

  test("cannot read what is not UTF-8", async () => {
    expect(await verify(Uint8Array.of(0x7b, 0xff, 0x7d))).toMatchObject({ verdict: "unreadable" });
  });

  test("refuses a repeated member, which is ambiguous", async () => {
    const text = JSON.stringify(vector("event").bundle).replace("{", '{"version":2,');
    expect(await verify(text)).toMatchObject({ verdict: "tampered", step: "shape" });
  });

  test("ignores white space", async () => {
    const text = ` ${JSON.stringify(vector("event").bundle, null, 7)}\r\n`;
    expect(await verify(text)).toMatchObject({ verdict: "verified", anchored: false });
  });

  test("reports the record from proven parts only", async () => {
    const { record, subject } = await verify(JSON.stringify(vector("event").bundle));
    expect(record).toMatchObject({ shard: 0, outcome: "applied", events: ["provenance.event_captured"] });
    expect(record?.document).toMatchObject({ type: "ObjectEvent" });
    expect(subject).toMatchObject({ kind: "event" });
  });

  test("reports every step and every computation, in order", async () => {
    const seen: StepName[] = [];
    let computations = 0;
    const report = await verify(JSON.stringify(vector("stream_complete").bundle), null, {
      onStep: (step) => seen.push(step),
      onComputation: () => {
        computations += 1;
      },
    });
    expect(seen).toEqual(report.steps.map(({ step }) => step));
    expect(computations).toBe(report.computationCount);
    for (const step of report.steps) {
      expect(step.computations.length).toBe(Math.min(step.computationCount, COMPUTATIONS_PER_STEP_MAX));
    }
  });

  test("every changed character of every text makes it fail", async () => {
    const { bundle } = vector("event");
    const text = JSON.stringify(bundle);
    const survivors: string[] = [];
    // Only every seventh character, which limits the test to about a second.
    for (let at = 1; at < text.length; at += 7) {
      const old = text[at] ?? "";
      if (!/[A-Za-z0-9+/]/.test(old)) continue;
      const changed = text.slice(0, at) + (old === "A" ? "B" : "A") + text.slice(at + 1);
      const { verdict } = await verify(changed);
      if (verdict === "verified") survivors.push(`${at}: ${text.slice(at - 20, at + 1)}`);
    }
    expect(survivors).toEqual([]);
  });

  test("reads hand-overs up to their limit", async () => {
    const { bundle } = vector("hand_overs_two");
    const [first] = bundle.hand_overs as unknown[];
    const withCount = (count: number) =>
      verify(JSON.stringify({ ...bundle, hand_overs: Array.from({ length: count }, () => first) }));
    const [atLimit, beyond] = [await withCount(HAND_OVERS_MAX), await withCount(HAND_OVERS_MAX + 1)];
    expect(atLimit).toMatchObject({ step: "hand_overs", detail: "the hand-overs are out of order" });
    expect(beyond).toMatchObject({
      step: "hand_overs",
      detail: `a bundle has at most ${HAND_OVERS_MAX} hand-overs`,
    });
  });

  test("fails where the browser offers no WebCrypto", async () => {
    vi.stubGlobal("crypto", {});
    await expect(verify(JSON.stringify(vector("event").bundle))).rejects.toThrow(CryptoMissingError);
  });
});

describe("anchors", () => {
  const anchor = vector("event_with_anchor").anchor as Record<string, unknown>;

  const later = vector("anchor_of_an_epoch_before").anchor as { chain_id: string; hand_over: object };

  test("are read", async () => {
    expect(await parseAnchor(JSON.stringify(anchor))).toMatchObject({ height: 0n, handOver: null });
    expect(await parseAnchor(JSON.stringify(later))).toMatchObject({
      height: 600n,
      committees: { committee: { epoch: 1n } },
    });
  });

  test("are named in the report's trust anchor", async () => {
    const { bundle } = vector("anchor_of_an_epoch_before");
    const trust = async (file: unknown) => {
      const chosen = file === null ? null : await parseAnchor(JSON.stringify(file));
      return (await verify(JSON.stringify(bundle), chosen)).trust;
    };
    const own = { source: "bundle", epoch: 0n, height: 0n, as_of: "2026-01-01T00:00:00.000Z" };
    expect(await trust(null)).toEqual(own);
    expect(await trust(later)).toEqual({
      source: "anchor",
      epoch: 1n,
      height: 600n,
      as_of: "2026-01-02T00:00:00.123Z",
    });
    expect((await verify("{")).trust).toBeNull();
  });

  test("of a later epoch tell how to proceed", async () => {
    const { bundle, anchor: second } = vector("anchor_later_than_the_bundle");
    const report = await verify(JSON.stringify(bundle), await parseAnchor(JSON.stringify(second)));
    expect(report).toMatchObject({ verdict: "untrusted_anchor", step: "anchor", anchored: false });
    expect(report.detail).toContain("fetch the bundle again, or pass an anchor of epoch 1 or earlier");
  });

  test.each([
    ["another id", { ...anchor, chain_id: btoa("x".repeat(32)) }],
    ["another version", { ...anchor, version: 3 }],
    ["an unknown member", { ...anchor, note: "" }],
    ["neither a genesis document nor a hand-over", { version: 2, chain_id: anchor.chain_id }],
    ["both", { ...anchor, hand_over: later.hand_over }],
    ["a hand-over of another chain", { ...later, chain_id: btoa("x".repeat(32)) }],
    [
      "a hand-over that its header does not record",
      { ...later, hand_over: { ...later.hand_over, index: 1 } },
    ],
    ["a bundle", vector("event").bundle],
  ])("with %s are refused", async (_, value) => {
    await expect(parseAnchor(JSON.stringify(value))).rejects.toThrow(AnchorError);
  });
});

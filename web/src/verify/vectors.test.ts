//! Tests that the verifier gives the same verdict, step and contents of a stream as the ledger's verifier, for every
//! shared vector.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Document, type DocumentObject, members, parseDocument } from "./document.ts";
import { JsonNumber } from "./json.ts";
import type { StreamReport } from "./report.ts";
import { parseAnchor, verify } from "./verify.ts";

interface Vector {
  name: string;
  bundle: unknown;
  anchor: unknown;
  /** Whether the caller requires an anchor. This verifier has no such option; it reports the trust anchor instead. */
  require_anchor?: boolean;
  /** The protocol versions that the verifier knows, if not those of this build. */
  versions?: number[];
  expect: { verdict: string; step: string | null; stream?: unknown };
}

/** Relative to `web/`, where the tests run. */
const FOLDER = "../chain/proof/vectors";
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

/** The text of a member exactly as in the file: parsing and printing it would change how numbers are written. */
function rawMember(text: string, name: string): string {
  const start = text.indexOf(`"${name}":`) + name.length + 3;
  let [depth, at, isText] = [0, start, false];
  for (; at < text.length; at += 1) {
    const character = text[at];
    if (isText) {
      if (character === "\\") at += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth < 0 || (depth === 0 && character === "," && !isText)) break;
  }
  return text.slice(start, at).trim();
}

/**
 * The verdict without the option: it only turns a verdict without an anchor from `verified` into `untrusted_anchor`.
 */
function withoutRequirement({ anchor, require_anchor, expect: { verdict, step } }: Vector): Vector["expect"] {
  const isRefused = require_anchor === true && anchor === null && verdict === "untrusted_anchor";
  return isRefused ? { verdict: "verified", step: null } : { verdict, step };
}

/** The report of a stream as the JSON that `waymark verify --json` prints. */
function toJson({ records, shard, height, count, ...texts }: StreamReport): DocumentObject {
  const number = (value: number | bigint | null) => (value === null ? null : new JsonNumber(`${value}`));
  const listed = records.map(({ leaf, opened }): Document => {
    if (opened === null) return { leaf, opened };
    const { withheld, events, ...rest } = opened;
    return { leaf, opened: { ...rest, withheld: number(withheld), events: [...events] } };
  });
  const numbers = { shard: number(shard), height: number(height), count: number(count) };
  return { ...texts, ...numbers, records: listed };
}

describe("shared vectors", () => {
  test("exist", () => {
    expect(files.length).toBeGreaterThan(100);
    const isStream = (file: string) =>
      (JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Vector).expect.stream !== undefined;
    expect(files.filter(isStream).length).toBeGreaterThan(10);
  });

  test.each(files)("%s", async (file) => {
    const text = readFileSync(`${FOLDER}/${file}`, "utf8");
    const vector = JSON.parse(text) as Vector;
    const anchor = vector.anchor === null ? null : await parseAnchor(JSON.stringify(vector.anchor));
    const report = await verify(rawMember(text, "bundle"), anchor, {}, vector.versions);
    expect({ verdict: report.verdict, step: report.step }).toEqual(withoutRequirement(vector));
    const expected = members(parseDocument(rawMember(text, "expect")));
    expect(report.stream === null ? undefined : toJson(report.stream)).toEqual(expected?.stream);
    expect(report.trust?.source ?? "bundle").toBe(anchor === null ? "bundle" : "anchor");
    expect(report.anchored).toBe(anchor !== null && report.verdict !== "untrusted_anchor");
  });
});

//! Tests that JSON without the member `version` is named as no bundle, in the words of `waymark verify`.

import { describe, expect, test } from "vitest";
import { TITLE_CHARS_MAX } from "./foreign.ts";
import { verify } from "./verify.ts";

const PLAIN = "this is not an evidence bundle";
const PROBLEM = { type: "about:blank", title: "Not \u001b[31m\u009b found", status: 404 };

async function detail(text: string): Promise<string | null> {
  const report = await verify(text);
  expect(report).toMatchObject({ verdict: "unreadable", step: null, record: null, stream: null });
  return report.detail;
}

describe("a file that is no bundle", () => {
  test.each([
    "[]",
    "null",
    "2",
    '"version"',
    "{}",
    '["version"]',
    '{"type":"EPCISDocument"}',
    '{"a":1,"a":2}',
    `{"a":${"[".repeat(500)}${"]".repeat(500)}}`,
  ])("is named: %s", async (text) => {
    expect(await detail(text)).toBe(PLAIN);
  });

  test("is named with the title of a problem", async () => {
    const shown = `${PLAIN}, but an error: "Not \\u001b[31m\\u009b found"`;
    expect(await detail(JSON.stringify(PROBLEM))).toBe(shown);
    const long = await detail(JSON.stringify({ ...PROBLEM, title: "é".repeat(1_000) }));
    expect(long).toBe(`${PLAIN}, but an error: "${"é".repeat(TITLE_CHARS_MAX)}"`);
  });

  test.each([{ type: 1 }, { title: null }, { status: "404" }])(
    "is no problem with the members %j",
    async (other) => {
      expect(await detail(JSON.stringify({ ...PROBLEM, ...other }))).toBe(PLAIN);
    },
  );

  test("has no version; one with a version is judged by its shape", async () => {
    expect(await verify('{"version":null}')).toMatchObject({ verdict: "tampered", step: "shape" });
  });
});

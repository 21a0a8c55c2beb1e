//! The languages say the same things: equal keys, equal placeholders, nothing empty.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "./en.ts";
import { initialLanguage } from "./setup.ts";
import { zhCN } from "./zh-CN.ts";

/** Every code of every answer, by where it comes from; relative to `web/`, where the tests run. */
const CODES = "../openapi/codes.json";
type Codes = Record<string, readonly string[] | Record<string, unknown>>;

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
  const words = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") words.set(prefix + key, value);
    else for (const [at, text] of flat(value, `${prefix}${key}.`)) words.set(at, text);
  }
  return words;
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? "").toSorted();
}

describe("languages", () => {
  const [english, chinese] = [flat(en), flat(zhCN)];

  test("have the same keys", () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  test("fill in the same values", () => {
    // A singular in Chinese may leave its number out or in; every other placeholder must be there.
    const different = [...english].filter(
      ([key, text]) =>
        !key.endsWith("_one") && `${placeholders(text)}` !== `${placeholders(chinese.get(key) ?? "")}`,
    );
    expect(different).toEqual([]);
  });

  test("leave nothing empty", () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  test("translate only codes that some answer carries", () => {
    const codes = Object.values(JSON.parse(readFileSync(CODES, "utf8")) as Codes).flatMap((table) =>
      Array.isArray(table) ? table : Object.keys(table),
    );
    expect([...flat(en.problem).keys()].filter((code) => !codes.includes(code))).toEqual([]);
  });

  test.each([
    [null, ["zh-TW", "en"], "zh-CN"],
    [null, ["de-CH", "zh"], "en"],
    [null, [], "en"],
    ["zh-CN", ["en"], "zh-CN"],
    ["en", ["zh-CN"], "en"],
    ["xx", ["zh-CN"], "zh-CN"],
  ])("choice %s and browser %s start with %s", (choice, preferred, expected) => {
    expect(initialLanguage(choice, preferred)).toBe(expected);
  });
});

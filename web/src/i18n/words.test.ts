//! Tests that all languages have the same keys and placeholders, and no empty texts.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { WordTree } from "../shell/slice.ts";
import { slices } from "../slices.ts";
import { en } from "./en.ts";
import { initialLanguage } from "./setup.ts";
import { zhCN } from "./zh-cn.ts";

/** Every code of every response, by its source. The path is relative to `web/`, where the tests run. */
const CODES_FILE = "../openapi/codes.json";
type Codes = Record<string, readonly string[] | Record<string, unknown>>;

const CODES = Object.values(JSON.parse(readFileSync(CODES_FILE, "utf8")) as Codes).flatMap((table) =>
  Array.isArray(table) ? table : Object.keys(table),
);

/** The shared texts and those of each domain, in both languages. */
const SETS: { name: string; english: WordTree; chinese: WordTree }[] = [
  { name: "shared", english: en, chinese: zhCN },
  ...slices.map(({ name, words }) => ({ name, english: words.en, chinese: words["zh-CN"] })),
];

function flat(tree: WordTree, prefix = ""): Map<string, string> {
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

describe.each(SETS)("the words: $name", ({ english: englishTree, chinese: chineseTree }) => {
  const [english, chinese] = [flat(englishTree), flat(chineseTree)];

  test("have the same keys", () => {
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  test("fill in the same values", () => {
    // A Chinese singular may omit its number; every other placeholder must be present.
    const different = [...english].filter(
      ([key, text]) =>
        !key.endsWith("_one") && `${placeholders(text)}` !== `${placeholders(chinese.get(key) ?? "")}`,
    );
    expect(different).toEqual([]);
  });

  test("leave nothing empty", () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
  });
});

describe("languages", () => {
  test("translate only codes that exist in the API", () => {
    const own = slices.flatMap(({ name, words }) => [...flat(words.en.problem, `${name}.`).keys()]);
    const translated = [...flat(en.problem).keys(), ...own];
    expect(translated.filter((code) => !CODES.includes(code))).toEqual([]);
  });

  test("of a slice never shadow shared words", () => {
    expect(slices.filter(({ name }) => name in en)).toEqual([]);
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

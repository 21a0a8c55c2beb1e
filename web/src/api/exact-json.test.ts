//! Tests that JSON viewers show numbers with all their digits.

import { expect, test } from "vitest";
import { parseForDisplay } from "./exact-json.ts";

test("a text is parsed as by JSON.parse", () => {
  expect(parseForDisplay('{"a":[1,-2.5,"x",null,true]}')).toEqual({ a: [1, -2.5, "x", null, true] });
});

test.runIf("rawJSON" in JSON)("numbers keep their digits if the platform supports it", () => {
  const text = '{"a":395212340000000017,"b":[1E400,1.10]}';
  expect(JSON.stringify(parseForDisplay(text))).toBe(text);
});

//! Numbers keep their digits in JSON viewers.

import { expect, test } from "vitest";
import { parseForDisplay } from "./exact-json.ts";

test("a text is read as any JSON reader would", () => {
  expect(parseForDisplay('{"a":[1,-2.5,"x",null,true]}')).toEqual({ a: [1, -2.5, "x", null, true] });
});

test.runIf("rawJSON" in JSON)("numbers keep their digits where the platform can", () => {
  const text = '{"a":395212340000000017,"b":[1E400,1.10]}';
  expect(JSON.stringify(parseForDisplay(text))).toBe(text);
});

//! Tests that the parser accepts JSON and refuses what a bundle must not contain.

import { describe, expect, test } from "vitest";
import { JSON_DEPTH_MAX, JsonMeaningError, JsonNumber, JsonSyntaxError, parseJson } from "./json.ts";

describe("parseJson", () => {
  test("reads every kind of value", () => {
    const json = parseJson(' { "a" : [ 1 , -1, 1.5e3, true, false, null, "\\u00e9\\n" ], "__proto__": {} } ');
    expect(json).toEqual(
      new Map<string, unknown>([
        ["a", [new JsonNumber("1"), new JsonNumber("-1"), new JsonNumber("1.5e3"), true, false, null, "é\n"]],
        ["__proto__", new Map()],
      ]),
    );
    for (const number of ["18446744073709551616", "395212340000000017", "1E400", "1.10", "-0"]) {
      expect(parseJson(number)).toEqual(new JsonNumber(number));
    }
  });

  test.each(["", "{", "[1,]", "{'a':1}", "01", "nul", '"\\ud800"', "\ufeff{}", '{"a":1}x'])(
    "says that %j is not JSON",
    (text) => expect(() => parseJson(text)).toThrow(JsonSyntaxError),
  );

  test.each(['{"a":1,"a":1}', '[{"a":{"b":1,"\\u0062":2}}]'])("refuses the doubled name in %s", (text) =>
    expect(() => parseJson(text)).toThrow(JsonMeaningError),
  );

  test("follows nesting to its limit and no further", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(parseJson(nested(JSON_DEPTH_MAX))).toBeTruthy();
    expect(() => parseJson(nested(JSON_DEPTH_MAX + 1))).toThrow(JsonMeaningError);
    expect(() => parseJson(nested(100_000))).toThrow(JsonMeaningError);
  });
});

//! Tests that a value has one canonical text. Any other spelling is refused, as by the ledger's verifier.

import { expect, test } from "vitest";
import { isCanonical } from "./fields.ts";

test.each([
  ...["null", "true", "false", "{}", "[]", "0", "-3.25", "1e+21", "1e-7", "395212340000000017"],
  ...['""', '"a b"', '"\u00e9\u007f\u2028/"', '"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f"'],
])("%j is canonical", (text) => expect(isCanonical(text)).toBe(true));

test.each([
  ...["", " ", "nul", "True", "[1]", "{ }", "[ ]", '{"a":1}', "-0", "1.0", "1e0", "10e-1", "01", "+1", ".5"],
  ...[
    "1E+21",
    "1e21",
    "1000000000000000000000",
    "0.0000001",
    "1e+10001",
    "NaN",
    '"',
    '"a',
    'a"',
    '"a"b',
    '"a" ',
  ],
  ...[' "a"', '"a\nb"', '"\\u0041"', '"\\/"', '"\\u001F"', '"\\u000a"', '"\\ud800"', '"\\ud83d\\ude00"'],
])("%j is not", (text) => expect(isCanonical(text)).toBe(false));

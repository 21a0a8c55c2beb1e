//! Tests that each byte string has exactly one base64 text.

import { expect, test } from "vitest";
import { compare, fromBase64, littleEndian, toHex, toUuid, utf8 } from "./bytes.ts";

test.each([
  ["", ""],
  ["AA==", "00"],
  ["+/8=", "fbff"],
  ["SGVsbG8h", "48656c6c6f21"],
])("base64 %j is %s", (text, hex) => {
  const bytes = fromBase64(text);
  expect(bytes && toHex(bytes)).toBe(hex);
});

test.each(["A", "AA", "AAA", "AA=", "AB==", "AAB=", "-_8=", "A A=", "AA==\n", "AAAA=", "é"])(
  "base64 %j is refused",
  (text) => expect(fromBase64(text)).toBeNull(),
);

test("the order is by bytes, with a prefix first", () => {
  // By UTF-16 code units U+FF5E comes after U+1F600; by UTF-8 bytes it comes before.
  expect(compare(utf8("\uff5e"), utf8("\u{1f600}"))).toBeLessThan(0);
  expect(compare(utf8("/a"), utf8("/a/b"))).toBeLessThan(0);
  expect(compare(utf8("/a"), utf8("/a"))).toBe(0);
});

test("integers and ids are written in their encodings", () => {
  expect(toHex(littleEndian(0x0102030405060708n, 8))).toBe("0807060504030201");
  expect(toUuid(Uint8Array.from({ length: 16 }, (_, at) => at))).toBe("00010203-0405-0607-0809-0a0b0c0d0e0f");
});

//! Tests that amounts are exact to the last of their eight decimals, however large they are.

import { expect, test } from "vitest";
import { share, tokens } from "./amount.ts";

test.each([
  ["0", "0"],
  ["1", "0.00000001"],
  ["100000000", "1"],
  ["2100000000000000001", "21,000,000,000.00000001"],
])("%s units are %s tokens", (units, expected) => {
  expect(tokens(units, "en")).toBe(expected);
});

test("a share of zero is null", () => {
  expect([share("1", 4n), share("0", 4n), share("0", 0n)]).toEqual([0.25, 0, null]);
});

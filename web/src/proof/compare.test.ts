//! Tests the rules of a domain: the place of its row in the record, and the fields that are not compared.

import { describe, expect, test } from "vitest";
import { compareRow, disclosesRow, type RowRules } from "./compare.ts";

const rules: RowRules = { root: "", added: [], replaced: [], implied: new Map() };
const proven = new Map([
  ["/flight/id", '"7"'],
  ["/flight/note", '"x"'],
]);

describe("a row", () => {
  test("at the root is the whole document of the record", () => {
    const row = { flight: { id: "7", note: "x" } };
    expect(compareRow(row, proven, false, rules)).toEqual({ equal: 2, differences: [] });
  });

  test("below a root is compared with the fields below it only", () => {
    const below = { ...rules, root: "/flight" };
    expect(compareRow({ id: "7", note: "x" }, proven, false, below).differences).toEqual([]);
    expect(disclosesRow(proven, { ...rules, root: "/fli" })).toBe(false);
  });

  test("may have a field that the gateway adds, yet a proven one still counts", () => {
    const root = { ...rules, root: "/flight", added: ["/note", "/seen"] };
    expect(compareRow({ id: "7", note: "x", seen: { at: "now" } }, proven, false, root).equal).toBe(2);
    expect(compareRow({ id: "7", note: "y" }, proven, false, root).differences).toHaveLength(1);
  });

  test("is not compared in a field that the gateway replaces", () => {
    const root = { ...rules, root: "/flight", replaced: ["/note"] };
    expect(compareRow({ id: "7", note: "y" }, proven, false, root)).toEqual({ equal: 1, differences: [] });
  });

  test("must have what the proof implies where the record lacks it", () => {
    const root = { ...rules, root: "/flight", implied: new Map([["/name", '"a"']]) };
    expect(compareRow({ id: "7", note: "x", name: "a" }, proven, false, root).equal).toBe(3);
    expect(compareRow({ id: "7", note: "x", name: "b" }, proven, false, root).differences).toEqual([
      { pointer: "/name", index: '"b"', ledger: '"a"' },
    ]);
  });
});

//! Tests the comparison of an event's index row with its record, field by field.

import { describe, expect, test } from "vitest";
import { compareRow, compareRows, disclosesRow } from "../proof/compare.ts";
import { type DocumentObject, flatten, parseDocument } from "../verify/document.ts";
import { JsonNumber } from "../verify/json.ts";
import { eventRowRules } from "./row-rules.ts";

const event = {
  type: "ObjectEvent",
  eventID: "urn:x:1",
  bizStep: "shipping",
  epcList: ["a", "b"],
  n: new JsonNumber("1.5"),
};
const proven = flatten({ "@context": "c", event });
const rules = eventRowRules("urn:x:1");

function differences(row: DocumentObject, over = proven, isPartial = false, by = rules) {
  return compareRow(row, over, isPartial, by).differences;
}

describe("a row", () => {
  test("is compared by every digit of a number, but not by its spelling", () => {
    const row = (number: string) => ({ ...event, n: new JsonNumber(number) });
    const over = flatten(parseDocument('{"event":{"n":395212340000000017}}'));
    expect(differences(row("3952123400000000.170E2"), over, true)).toEqual([]);
    expect(differences(row("395212340000000024"), over, true)).toEqual([
      { pointer: "/n", index: "395212340000000024", ledger: "395212340000000017" },
    ]);
  });

  test("that was captured matches in every field", () => {
    expect(compareRow(event, proven, false, rules)).toEqual({ equal: 6, differences: [] });
  });

  test("may have what the repository adds", () => {
    expect(differences({ ...event, recordTime: "now", "@context": ["d", { x: "y" }] })).toEqual([]);
  });

  test("is not compared in recordTime, which the repository replaces", () => {
    const incoming = flatten({ event: { ...event, recordTime: "then" } });
    expect(differences({ ...event, recordTime: "now" }, incoming)).toEqual([]);
  });

  test.each<[string, DocumentObject, [string, string | null, string | null]]>([
    ["changed", { ...event, bizStep: "receiving" }, ["/bizStep", '"receiving"', '"shipping"']],
    ["changed in type", { ...event, n: "1.5" }, ["/n", '"1.5"', "1.5"]],
    ["added", { ...event, disposition: "in_transit" }, ["/disposition", '"in_transit"', null]],
    ["dropped", { ...event, epcList: ["a"] }, ["/epcList/1", null, '"b"']],
  ])("with a field %s names it", (_, row, [pointer, index, ledger]) => {
    expect(differences(row)).toEqual([{ pointer, index, ledger }]);
  });

  test("of an event without an id must have the id that its record is proven to be about", () => {
    const { eventID: _, ...unnamed } = event;
    const over = flatten({ event: unnamed });
    expect(differences(event, over)).toEqual([]);
    expect(differences(event, over, false, eventRowRules("urn:x:2"))).toEqual([
      { pointer: "/eventID", index: '"urn:x:1"', ledger: '"urn:x:2"' },
    ]);
  });

  test("is compared in the disclosed fields only when some are withheld", () => {
    const partly = new Map([["/event/bizStep", '"shipping"']]);
    expect(differences(event, partly, true)).toEqual([]);
    expect(differences({ ...event, bizStep: "x" }, partly, true)).toHaveLength(1);
  });
});

test("of several rows the closest counts; the others are declarations about the same event", () => {
  const declaration = { ...event, errorDeclaration: { declarationTime: "t" } };
  expect(compareRows([declaration, event], proven, false, rules)?.differences).toEqual([]);
  expect(compareRows([], proven, false, rules)).toBeNull();
});

test("a record that discloses only its context discloses nothing of the event", () => {
  expect(disclosesRow(new Map([["/@context", '"c"']]), rules)).toBe(false);
  expect(disclosesRow(proven, rules)).toBe(true);
});

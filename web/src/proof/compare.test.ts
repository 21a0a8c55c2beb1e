//! A row is held against the ledger field by field.

import { describe, expect, test } from "vitest";
import { type DocumentObject, flatten, parseDocument } from "../verify/document.ts";
import { JsonNumber } from "../verify/json.ts";
import { compareRow, compareRows, disclosesEvent } from "./compare.ts";

const event = {
  type: "ObjectEvent",
  eventID: "urn:x:1",
  bizStep: "shipping",
  epcList: ["a", "b"],
  n: new JsonNumber("1.5"),
};
const proven = flatten({ "@context": "c", event });
const identity = { eventId: "urn:x:1", isPartial: false };

function differences(row: DocumentObject, over = proven, as = identity) {
  return compareRow(row, over, as).differences;
}

describe("a row", () => {
  test("is held to every digit of a number, and to no spelling of it", () => {
    const row = (number: string) => ({ ...event, n: new JsonNumber(number) });
    const over = flatten(parseDocument('{"event":{"n":395212340000000017}}'));
    const only = { ...identity, isPartial: true };
    expect(differences(row("3952123400000000.170E2"), over, only)).toEqual([]);
    expect(differences(row("395212340000000024"), over, only)).toEqual([
      { pointer: "/n", index: "395212340000000024", ledger: "395212340000000017" },
    ]);
  });

  test("that was captured matches in every field", () => {
    expect(compareRow(event, proven, identity)).toEqual({ equal: 6, differences: [] });
  });

  test("may carry what the repository adds", () => {
    expect(differences({ ...event, recordTime: "now", "@context": ["d", { x: "y" }] })).toEqual([]);
  });

  test("is not held to the recordTime that came in, which the repository replaces", () => {
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

  test("of an event without an id must carry the id that its record is proven to be about", () => {
    const { eventID: _, ...unnamed } = event;
    const over = flatten({ event: unnamed });
    expect(differences(event, over)).toEqual([]);
    expect(differences(event, over, { ...identity, eventId: "urn:x:2" })).toEqual([
      { pointer: "/eventID", index: '"urn:x:1"', ledger: '"urn:x:2"' },
    ]);
  });

  test("is held to the disclosed fields only, when some are withheld", () => {
    const partly = new Map([["/event/bizStep", '"shipping"']]);
    expect(differences(event, partly, { ...identity, isPartial: true })).toEqual([]);
    expect(differences({ ...event, bizStep: "x" }, partly, { ...identity, isPartial: true })).toHaveLength(1);
  });
});

test("of several rows the closest counts: the others are declarations about the same event", () => {
  const declaration = { ...event, errorDeclaration: { declarationTime: "t" } };
  expect(compareRows([declaration, event], proven, identity)?.differences).toEqual([]);
  expect(compareRows([], proven, identity)).toBeNull();
});

test("a record that discloses only its context says nothing about the event", () => {
  expect(disclosesEvent(new Map([["/@context", '"c"']]))).toBe(false);
  expect(disclosesEvent(proven)).toBe(true);
});

//! Tests the summary of an event.

import { expect, test } from "vitest";
import { JsonNumber } from "../verify/json.ts";
import { shortIdentifier, summarise } from "./event-summary.ts";

test("an event is summarised from the fields that it has", () => {
  const summary = summarise({
    type: "AggregationEvent",
    eventID: "urn:x:1",
    eventTime: "2026-01-02T03:04:05Z",
    action: "ADD",
    parentID: "p",
    childEPCs: ["c"],
    childQuantityList: [{ epcClass: "k", quantity: new JsonNumber("2") }],
    bizLocation: { id: "l" },
  });
  expect(summary).toEqual({
    id: "urn:x:1",
    type: "AggregationEvent",
    time: "2026-01-02T03:04:05Z",
    action: "ADD",
    step: null,
    where: "l",
    places: ["l"],
    about: ["p", "c", "k"],
    isDeclaration: false,
  });
});

test("fields with types other than the standard's are left out", () => {
  expect(
    summarise({
      type: new JsonNumber("5"),
      epcList: "x",
      quantityList: [new JsonNumber("7"), { epcClass: new JsonNumber("8") }],
      readPoint: [],
    }),
  ).toMatchObject({
    type: "",
    about: ["x"],
    where: null,
  });
});

test.each([
  ["https://id.gs1.org/01/095/21/1", "01/095/21/1"],
  ["urn:epc:id:sgtin:1.2.3", "sgtin:1.2.3"],
  ["https://example.com/01/095", "https://example.com/01/095"],
])("%s is short as %s", (identifier, short) => expect(shortIdentifier(identifier)).toBe(short));

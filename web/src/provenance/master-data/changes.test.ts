//! Tests that each difference between two versions is named once.

import { expect, test } from "vitest";
import { members, parseDocument } from "../../verify/document.ts";
import { changesBetween } from "./changes.ts";

const CITY = "urn:epcglobal:cbv:mda#city";

function version(element: object, others: object = {}) {
  const text = JSON.stringify({ "@context": ["https://a.example"], vocabulary: "urn:v", element, ...others });
  return members(parseDocument(text)) ?? {};
}

function attributes(...list: [string, unknown][]) {
  return version({ id: "urn:a", attributes: list.map(([id, attribute]) => ({ id, attribute })) });
}

test("an attribute is changed, added or removed, in every spelling of its name", () => {
  const before = attributes([CITY, "Köln"], ["urn:x:old", "1"]);
  const after = attributes(["cbvmda:city", "Bonn"], ["urn:x:new", "2"]);
  expect(changesBetween(before, after)).toEqual([
    { kind: "attribute", name: "city", before: "Köln", after: "Bonn" },
    { kind: "attribute", name: "urn:x:new", before: null, after: "2" },
    { kind: "attribute", name: "urn:x:old", before: "1", after: null },
  ]);
  expect(changesBetween(attributes([CITY, "Köln"]), attributes(["cbvmda:city", "Köln"]))).toEqual([]);
});

test("an attribute with several values is one difference", () => {
  const before = attributes([CITY, "a"], [CITY, "b"]);
  expect(changesBetween(before, attributes([CITY, "a"]))).toEqual([
    { kind: "attribute", name: "city", before: "a | b", after: "a" },
  ]);
});

test("a number differs by any digit", () => {
  const at = (digits: string) => {
    const text = `{"element":{"attributes":[{"id":"urn:x","attribute":{"n":${digits}}}]}}`;
    return members(parseDocument(text)) ?? {};
  };
  const [change] = changesBetween(at("395212340000000017"), at("395212340000000018"));
  expect(change?.before).toContain("395212340000000017");
  expect(change?.after).toContain("395212340000000018");
});

test("children come and go, and their order is no difference", () => {
  const before = version({ id: "urn:a", children: ["urn:b", "urn:c"] });
  const after = version({ id: "urn:a", children: ["urn:c", "urn:d"] });
  expect(changesBetween(before, after)).toEqual([
    { kind: "child", name: "urn:d", before: null, after: "urn:d" },
    { kind: "child", name: "urn:b", before: "urn:b", after: null },
  ]);
  expect(changesBetween(before, version({ id: "urn:a", children: ["urn:c", "urn:b"] }))).toEqual([]);
});

test("other fields are named by their pointers", () => {
  const before = version({ id: "urn:a", "ex:more": { deep: true } });
  const after = version({ id: "urn:a" }, { "@context": ["https://b.example"] });
  expect(changesBetween(before, after)).toEqual([
    { kind: "field", name: "/@context/0", before: '"https://a.example"', after: '"https://b.example"' },
    { kind: "field", name: "/element/ex:more/deep", before: "true", after: null },
  ]);
});

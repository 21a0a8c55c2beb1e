//! Documents fall apart into fields and come together again.

import { describe, expect, test } from "vitest";
import { assemble, type Document, flatten } from "./document.ts";

const documents: Document[] = [
  5,
  "text",
  [],
  {},
  { a: 1e23, b: [true, {}], "": null },
  { "a/b~1": "x", c: { d: [[1, [2]], []] } },
  { "0": 1, "10": { x: "y" } },
  JSON.parse('{"__proto__":{"a":1},"constructor":"b"}') as Document,
  Array.from({ length: 12 }, (_, at) => at),
];

describe("documents", () => {
  test.each(documents.map((document) => [JSON.stringify(document), document]))("%s", (_, document) => {
    expect(assemble(flatten(document as Document))).toEqual(document);
  });

  test("show an object with names like indices as one", () => {
    expect([...flatten({ "0": 1 })]).toEqual([
      ["", "{}"],
      ["/0", "1"],
    ]);
  });

  test.each<[string, [string, string][]]>([
    ["nothing", []],
    [
      "a value inside a value",
      [
        ["/a", "1"],
        ["/a/b", "2"],
      ],
    ],
    ["a pointer that is none", [["a", "1"]]],
    ["a pointer deeper than any document", [["/x".repeat(65), "1"]]],
  ])("make nothing of %s", (_, fields) => {
    expect(assemble(new Map(fields))).toBeNull();
  });

  test("close ranks where elements are withheld", () => {
    expect(
      assemble(
        new Map([
          ["/a/2", "2"],
          ["/a/10", "10"],
        ]),
      ),
    ).toEqual({ a: [2, 10] });
  });
});

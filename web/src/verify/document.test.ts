//! Tests that documents are split into fields and assembled again.

import { describe, expect, test } from "vitest";
import { assemble, flatten, formatDocument, members, parseDocument } from "./document.ts";
import { JsonNumber } from "./json.ts";

const documents = [
  "5",
  '"text"',
  "[]",
  "{}",
  '{"a":1e+23,"b":[true,{}],"":null}',
  '{"pallet":395212340000000017,"far":1e+400,"fine":0.1000000000000000055511151231257827}',
  '{"a/b~1":"x","c":{"d":[[1,[2]],[]]}}',
  '{"0":1,"10":{"x":"y"}}',
  '{"__proto__":{"a":1},"constructor":"b"}',
  "[0,1,2,3,4,5,6,7,8,9,10,11]",
];

describe("documents", () => {
  test.each(documents)("%s", (text) => {
    const document = parseDocument(text);
    expect(assemble(flatten(document))).toEqual(document);
    expect(formatDocument(document).replaceAll(/\s/g, "")).toBe(text);
  });

  test("have one field for all spellings of a number, and another for another number", () => {
    const field = (number: string) => flatten(parseDocument(`{"a":${number}}`)).get("/a");
    for (const number of ["395212340000000017", "395212340000000017.0", "3952123400000000.17E2"]) {
      expect(field(number)).toBe("395212340000000017");
    }
    expect(field("395212340000000024")).toBe("395212340000000024");
    expect(field("-0.0")).toBe("0");
    expect(field("1E400")).toBe("1e+400");
    expect(field("1e10001")).toBe("1e10001");
  });

  test("are formatted as JSON with the numbers as they were sent", () => {
    const text = '{\n  "a": [\n    1.10,\n    {}\n  ],\n  "b": "\\n"\n}';
    expect(formatDocument(parseDocument(text))).toBe(text);
  });

  test("have members only when they are objects", () => {
    expect(members(parseDocument('{"a":1}'))).toEqual({ a: new JsonNumber("1") });
    for (const text of ["1", "null", "[]", '"a"']) expect(members(parseDocument(text))).toBeNull();
    expect(members(undefined)).toBeNull();
  });

  test("distinguish an object with names like indices from an array", () => {
    expect([...flatten(parseDocument('{"0":1}'))]).toEqual([
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
    ["an invalid pointer", [["a", "1"]]],
    ["a pointer deeper than any document", [["/x".repeat(65), "1"]]],
  ])("make nothing of %s", (_, fields) => {
    expect(assemble(new Map(fields))).toBeNull();
  });

  test("have no gaps where elements are withheld", () => {
    expect(
      assemble(
        new Map([
          ["/a/2", "2"],
          ["/a/10", "10"],
        ]),
      ),
    ).toEqual(parseDocument('{"a":[2,10]}'));
  });
});

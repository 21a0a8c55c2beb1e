//! Tests that the console offers exactly the types of the index.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALL_TYPES, domainOf, shortType } from "./event-types.ts";

/** The tables of the index; the path is relative to `web/`, where the tests run. */
const SLICES = "../indexer/src/slice";

test("the types are those of the index", () => {
  const files = readdirSync(SLICES, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".rs"),
  );
  const tables = files.flatMap((path) => {
    const text = readFileSync(`${SLICES}/${path}`, "utf8");
    return [...text.matchAll(/^\s+\d+ \w+ "(\w+\.\w+)";$/gm)].map(([, name]) => `waymark.${name}`);
  });
  expect(tables.length).toBeGreaterThan(30);
  expect([...ALL_TYPES].toSorted()).toEqual(tables.toSorted());
});

test("a type is shown without its prefix and belongs to a domain", () => {
  expect(shortType("waymark.provenance.event_captured")).toBe("provenance.event_captured");
  expect(domainOf("waymark.provenance.event_captured")).toBe("provenance");
});

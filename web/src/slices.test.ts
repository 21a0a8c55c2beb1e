//! Tests that a domain is named in the list of slices and in its own folder, nowhere else.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, test } from "vitest";
import { slices } from "./slices.ts";

/** Relative to `web/`, where the tests run. */
const FILES = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((path) =>
  /\.tsx?$/.test(path),
);

/** The files that a file imports, relative to `src/`. */
function importsOf(path: string): string[] {
  const text = readFileSync(`src/${path}`, "utf8");
  return [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, file]) => join(dirname(path), file ?? ""));
}

describe.each(slices.map((slice) => [slice.name, slice] as const))("the slice %s", (name, { routes }) => {
  test("is imported by the list alone", () => {
    const outside = FILES.filter((path) => !path.startsWith(`${name}/`) && !path.startsWith("slices."));
    const importing = outside.filter((path) => importsOf(path).some((file) => file.startsWith(`${name}/`)));
    expect(importing).toEqual([]);
  });

  test("has its addresses below its own name", () => {
    const addresses = routes.map(({ options }) => (options as { path?: string }).path ?? "");
    expect(addresses.filter((address) => !address.startsWith(`/${name}/`))).toEqual([]);
  });
});

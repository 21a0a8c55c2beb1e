//! Tests the addresses of lists, and the requests that they make.

import { afterEach, expect, test, vi } from "vitest";
import { fetchValueEvents, fetchValues, readBrowseSearch, readPageSearch } from "./resource.ts";

const { signal } = new AbortController();

function answer(body: object, headers: Record<string, string> = {}): string[] {
  const seen: string[] = [];
  vi.stubGlobal("fetch", (path: string) => {
    seen.push(path);
    return Promise.resolve(Response.json(body, { headers }));
  });
  return seen;
}

afterEach(() => vi.unstubAllGlobals());

test("an address names a known list, else the first one", () => {
  expect(readBrowseSearch({ list: "bizSteps", nextPageToken: "t", other: "x" })).toEqual({
    list: "bizSteps",
    nextPageToken: "t",
  });
  expect(readBrowseSearch({ list: "capture", nextPageToken: "" })).toEqual({ list: "epcs" });
  expect(readPageSearch({ nextPageToken: 5 })).toEqual({});
});

test("a page has its values and the token of the next one", async () => {
  const seen = answer({ member: ["a", "b"] }, { Link: '</epcis/epcs?nextPageToken=n>; rel="next"' });
  const page = await fetchValues("epcs", { perPage: 2, nextPageToken: "t" }, signal);
  expect(page).toEqual({ values: ["a", "b"], nextPageToken: "n" });
  expect(seen).toEqual(["/epcis/epcs?perPage=2&nextPageToken=t"]);
});

test("a value is one segment of the path, whatever it contains", async () => {
  const seen = answer({});
  await fetchValueEvents("bizSteps", "urn:x:a|b/c?d", { perPage: 30 }, signal);
  expect(seen).toEqual([
    "/epcis/bizSteps/urn%3Ax%3Aa%7Cb%2Fc%3Fd/events?orderBy=eventTime&orderDirection=DESC&perPage=30",
  ]);
});

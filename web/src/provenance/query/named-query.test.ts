//! Tests what is stored for a search, and how stored queries are read.

import { afterEach, expect, test, vi } from "vitest";
import { JsonNumber } from "../../verify/json.ts";
import { deleteQuery, fetchQueries, queryOf, saveQuery } from "./named-query.ts";

const { signal } = new AbortController();

function answer(response: Response): [string, RequestInit][] {
  const seen: [string, RequestInit][] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    seen.push([path, init]);
    return Promise.resolve(response);
  });
  return seen;
}

afterEach(() => vi.unstubAllGlobals());

test("a search is stored with its conditions and the order of the event list", () => {
  expect(
    queryOf({ MATCH_anyEPC: "a|b", eventType: "ObjectEvent", LT_eventTime: "2026-01-02T03:04:00Z" }),
  ).toEqual({
    MATCH_anyEPC: ["a", "b"],
    eventType: ["ObjectEvent"],
    LT_eventTime: "2026-01-02T03:04:00Z",
    orderBy: "eventTime",
    orderDirection: "DESC",
  });
});

test("a query is sent once, as JSON", async () => {
  const seen = answer(new Response(null, { status: 201 }));
  await saveQuery("my query", {});
  const [[path, init] = []] = seen;
  expect([path, init?.method, init?.body]).toEqual([
    "/epcis/queries",
    "POST",
    '{"name":"my query","query":{"orderBy":"eventTime","orderDirection":"DESC"}}',
  ]);
  expect(seen).toHaveLength(1);
});

test("a name is one segment of the path, whatever it contains", async () => {
  const seen = answer(new Response(null, { status: 204 }));
  await deleteQuery("a/b?c");
  expect(seen[0]?.[0]).toBe("/epcis/queries/a%2Fb%3Fc");
});

test("numbers of a query keep their digits", async () => {
  answer(
    new Response('[{"name":"n","query":{"perPage":395212340000000017}}]', {
      headers: { Link: '</epcis/queries?nextPageToken=t>; rel="next"' },
    }),
  );
  expect(await fetchQueries({ perPage: 30 }, signal)).toEqual({
    queries: [{ name: "n", query: { perPage: new JsonNumber("395212340000000017") } }],
    nextPageToken: "t",
  });
});

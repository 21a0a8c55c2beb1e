//! Tests the filters of the event list in the address.

import { expect, test } from "vitest";
import { fromUtc, readEventSearch, toUtc } from "./event-search.ts";

test("known, non-empty names are kept, everything else is dropped", () => {
  const search = { MATCH_anyEPC: "a", eventType: " ", LT_eventTime: 5, other: "x", nextPageToken: "t" };
  expect(readEventSearch(search)).toEqual({ MATCH_anyEPC: "a", nextPageToken: "t" });
});

test("times go to UTC and back", () => {
  expect(toUtc("2026-01-02T03:04")).toBe("2026-01-02T03:04:00Z");
  expect(toUtc("2026-01-02T03:04:05")).toBe("2026-01-02T03:04:05Z");
  expect(toUtc("")).toBe("");
  expect(fromUtc(toUtc("2026-01-02T03:04"))).toBe("2026-01-02T03:04");
  expect(fromUtc(undefined)).toBe("");
});

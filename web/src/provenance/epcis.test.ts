//! Tests addresses, filters and pages of the EPCIS query interface.

import { expect, test } from "vitest";
import { evidencePath, filterQuery, readNextPageToken } from "./epcis.ts";

test.each([
  [null, null],
  ['<https://a.example/epcis/events?nextPageToken=a%2Bb%3D>; rel="next"', "a+b="],
  ["</epcis/events?perPage=2&nextPageToken=t>; rel=next", "t"],
  ['</x?nextPageToken=p>; rel="prev", </x?nextPageToken=n>; rel="next"', "n"],
  ['</x?nextPageToken=p>; rel="prev"', null],
])("the Link %j names the page %j", (link, token) => expect(readNextPageToken(link)).toBe(token));

test("an event id is one path segment, whatever characters it has", () => {
  expect(evidencePath("ni:///sha-256;00?ver=CBV2.0")).toBe(
    "/v1/provenance/events/ni%3A%2F%2F%2Fsha-256%3B00%3Fver%3DCBV2.0/evidence",
  );
});

test("empty filters are left out", () => {
  expect(`${filterQuery({ MATCH_anyEPC: "", eventType: "ObjectEvent" })}`).toBe("eventType=ObjectEvent");
});

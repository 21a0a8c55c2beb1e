//! Tests that each value of a list leads to its events, and that pages are in the address.

import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { eventDocument, openApp, problem } from "../../test-app.tsx";

const NEXT = '</epcis/x?nextPageToken=n1>; rel="next"';
const EPC = "https://id.gs1.org/01/04012345111118/21/9876";

afterEach(() => vi.unstubAllGlobals());

test("a list shows its values, with links to their events and to the next page", async () => {
  const sent = await openApp("/provenance/browse?list=bizSteps", () =>
    Response.json({ member: ["packing", "urn:x:a|b"] }, { headers: { Link: NEXT } }),
  );
  const table = within(await screen.findByRole("table", { name: "Business steps" }));
  const links = table.getAllByRole("link").map((link) => link.getAttribute("href"));
  expect(links).toEqual(["/provenance/browse/bizSteps/packing", "/provenance/browse/bizSteps/urn%3Ax%3Aa|b"]);
  const next = screen.getByRole("link", { name: "Next page" });
  expect(next.getAttribute("href")).toBe("/provenance/browse?list=bizSteps&nextPageToken=n1");
  expect(new URL(sent[0]?.url ?? "").pathname).toBe("/epcis/bizSteps");
  const lists = within(screen.getByRole("navigation", { name: "Lists" }));
  expect(lists.getAllByRole("link").map((link) => link.textContent)).toEqual([
    "EPCs",
    "Business steps",
    "Business locations",
    "Read points",
    "Dispositions",
    "Event types",
  ]);
  expect(lists.getByRole("link", { current: "page" }).textContent).toBe("Business steps");
});

test("only an EPC that is a Digital Link leads to links and codes", async () => {
  await openApp("/provenance/browse", () => Response.json({ member: [EPC, "urn:ex:own"] }));
  const table = within(await screen.findByRole("table", { name: "EPCs" }));
  const codes = table.getAllByRole("link", { name: /^Links and codes of/ });
  expect(codes.map((link) => link.getAttribute("href"))).toEqual([
    `/provenance/links/${encodeURIComponent(EPC)}`,
  ]);
});

test("an empty list shows how to fill it", async () => {
  await openApp("/provenance/browse", () => Response.json({ member: [] }));
  expect(await screen.findByText("No event names one yet")).toBeTruthy();
  expect(screen.getByText(/\/epcis\/capture/)).toBeTruthy();
});

test("a failed list shows its cause and a button to retry", async () => {
  await openApp("/provenance/browse", () => problem(429, "limit.rate"));
  expect((await screen.findByRole("alert")).textContent).toContain("Too many requests");
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("the page of a value shows the events of its resource", async () => {
  const event = { type: "ObjectEvent", eventID: "urn:uuid:1", bizStep: "packing" };
  const sent = await openApp(`/provenance/browse/bizSteps/${encodeURIComponent("urn:x:a|b")}`, () =>
    eventDocument([event], { Link: NEXT }),
  );
  expect(await screen.findByRole("heading", { level: 1, name: "Business step" })).toBeTruthy();
  expect(await screen.findByRole("row", { name: /ObjectEvent/ })).toBeTruthy();
  expect(new URL(sent[0]?.url ?? "").pathname).toBe("/epcis/bizSteps/urn%3Ax%3Aa%7Cb/events");
  const next = screen.getByRole("link", { name: "Next page" });
  expect(next.getAttribute("href")).toMatch(/^\/provenance\/browse\/bizSteps\/.*\?nextPageToken=n1$/);
});

test("a value that no event names says so", async () => {
  await openApp("/provenance/browse/epcs/none", () => problem(404, "provenance.unknown_resource"));
  expect((await screen.findByRole("alert")).textContent).toContain("No event names this value");
});

test("a list that does not exist is no page", async () => {
  const sent = await openApp("/provenance/browse/capture/none", () => undefined);
  expect(await screen.findByRole("heading", { name: "There is no such page" })).toBeTruthy();
  expect(sent).toEqual([]);
});

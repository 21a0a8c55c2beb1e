//! Tests that a search is saved with its conditions, runs under its name, and is deleted only after a question.

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { type Answer, eventDocument, openApp, problem } from "../../test-app.tsx";

const named = { name: "my query/1", query: { eventType: ["ObjectEvent"], perPage: 3 } };
const event = { type: "ObjectEvent", eventID: "urn:uuid:1" };

function methods(sent: Request[]): string[] {
  return sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
}

afterEach(() => vi.unstubAllGlobals());

test("the search of the event list is saved under a name", async () => {
  const sent = await openApp("/provenance/events?eventType=ObjectEvent&nextPageToken=t", ({ method }) =>
    method === "POST" ? new Response(null, { status: 201 }) : eventDocument([event]),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Save this search" }));
  const name = screen.getByLabelText(/^Name/);
  expect(document.activeElement).toBe(name);
  fireEvent.change(name, { target: { value: "mine" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  const link = within(await screen.findByText(/Saved as/)).getByRole("link");
  expect(link.getAttribute("href")).toBe("/provenance/queries/mine");
  const posted = sent.find(({ method }) => method === "POST");
  expect(await posted?.json()).toEqual({
    name: "mine",
    query: { eventType: ["ObjectEvent"], orderBy: "eventTime", orderDirection: "DESC" },
  });
});

test("a name in use is shown at its field, and can be changed", async () => {
  await openApp("/provenance/events", ({ method }) =>
    method === "POST"
      ? problem(409, "provenance.query_exists", [{ pointer: "/name", code: "x", detail: "in use" }])
      : eventDocument([event]),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Save this search" }));
  const name = screen.getByLabelText(/^Name/);
  fireEvent.change(name, { target: { value: "mine" } });
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("A query with this name exists");
  expect(alert.textContent).not.toContain("Reading changes nothing");
  expect(name.getAttribute("aria-invalid")).toBe("true");
  expect(name.parentElement?.parentElement?.textContent).toContain("in use");
});

test("the list shows every condition, and deletes only after the question", async () => {
  let stored = [named];
  const sent = await openApp("/provenance/queries", ({ method }) => {
    if (method !== "DELETE") return Response.json(stored);
    stored = [];
    return new Response(null, { status: 204 });
  });
  const table = within(await screen.findByRole("table", { name: "Saved queries" }));
  expect(table.getByText("eventType = ObjectEvent")).toBeTruthy();
  expect(table.getByText("perPage = 3")).toBeTruthy();
  fireEvent.click(table.getByRole("button", { name: "Delete the query my query/1" }));
  const question = screen.getByRole("alertdialog", { name: /Delete the query “my query\/1”/ });
  expect(document.activeElement).toBe(within(question).getByRole("button", { name: "Keep it" }));
  fireEvent.keyDown(question, { key: "Escape" });
  const button = await screen.findByRole("button", { name: "Delete the query my query/1" });
  await waitFor(() => expect(document.activeElement).toBe(button));
  expect(methods(sent)).toEqual(["GET /epcis/queries"]);

  fireEvent.click(button);
  fireEvent.click(screen.getByRole("button", { name: "Delete it" }));
  expect(await screen.findByText("No saved queries yet")).toBeTruthy();
  await waitFor(() => expect(document.activeElement?.tagName).toBe("H1"));
  expect(methods(sent)).toEqual([
    "GET /epcis/queries",
    "DELETE /epcis/queries/my%20query%2F1",
    "GET /epcis/queries",
  ]);
});

test("a query that cannot be deleted stays, with the cause", async () => {
  await openApp("/provenance/queries", ({ method }) =>
    method === "DELETE" ? problem(404, "provenance.unknown_query") : Response.json([named]),
  );
  fireEvent.click(await screen.findByRole("button", { name: /^Delete the query/ }));
  fireEvent.click(screen.getByRole("button", { name: "Delete it" }));
  expect((await screen.findByRole("alert")).textContent).toContain("There is no query with this name here");
  expect(screen.getByRole("table", { name: "Saved queries" })).toBeTruthy();
});

/** A gateway that has the query with these subscriptions. */
function gateway(subscriptions: () => object[]): Answer {
  return ({ method }, path) => {
    if (method !== "GET") return undefined;
    if (path.includes("/events")) return eventDocument([event]);
    return Response.json(path.includes("/subscriptions") ? subscriptions() : named);
  };
}

test("the page of a query shows its conditions and what it finds, page by page", async () => {
  const sent = await openApp(
    "/provenance/queries/my%20query%2F1?nextPageToken=t",
    gateway(() => []),
  );
  expect(await screen.findByRole("heading", { level: 1, name: "my query/1" })).toBeTruthy();
  expect(await screen.findByRole("row", { name: /ObjectEvent/ })).toBeTruthy();
  expect(screen.getByText("perPage = 3")).toBeTruthy();
  const run = sent.find(({ url }) => url.includes("/events"));
  expect(new URL(run?.url ?? "").search).toBe("?perPage=30&nextPageToken=t");
  expect(screen.getByRole("link", { name: "First page" }).getAttribute("href")).toBe(
    "/provenance/queries/my%20query%2F1",
  );
});

test("the subscriptions to a query show their state, and one is deleted after a question", async () => {
  const active = {
    subscriptionID: "1",
    dest: "https://one.example/",
    isSigned: true,
    failedAttempts: 0,
    stream: true,
  };
  const failing = {
    subscriptionID: "2",
    dest: "https://two.example/",
    isSigned: false,
    failedAttempts: 3,
    lastError: "outgoing.timeout",
    schedule: { minute: "0/30", dayOfWeek: "[1-5]" },
  };
  const paused = { reason: "gone", at: "2026-01-02T00:00:00Z" };
  let stored: object[] = [
    active,
    failing,
    { ...active, subscriptionID: "3/x", dest: "https://three.example/", paused },
  ];
  const read = gateway(() => stored);
  const sent = await openApp("/provenance/queries/my%20query%2F1", (request, path) => {
    if (request.method !== "DELETE") return read(request, path);
    stored = stored.slice(0, 2);
    return new Response(null, { status: 204 });
  });
  const table = within(await screen.findByRole("table", { name: "Subscriptions" }));
  const [first, second, third] = table.getAllByRole("row").slice(1);
  expect(first?.textContent).toContain("active");
  expect(second?.textContent).toContain("3 failed attempts: outgoing.timeout");
  expect(second?.textContent).toContain("minute 0/30, dayOfWeek [1-5]");
  expect(third?.textContent).toContain("the receiver answered 410, since Jan 2, 2026");
  fireEvent.click(table.getByRole("button", { name: "Delete the subscription of https://three.example/" }));
  expect(methods(sent).filter((line) => line.startsWith("DELETE"))).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Delete it" }));
  await waitFor(() => expect(screen.queryByText("https://three.example/")).toBeNull());
  expect(methods(sent).filter((line) => line.startsWith("DELETE"))).toEqual([
    "DELETE /epcis/queries/my%20query%2F1/subscriptions/3%2Fx",
  ]);
});

//! Tests that events appear by themselves, wait while the page is paused, open with their links, and are filtered by
//! the address.

import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { openApp, problem } from "../../test-app.tsx";
import { eventPage, someEvent, streamText } from "../test-event.ts";

/** A gateway with `newest` events, whose stream sends what the test pushes. */
function gateway(newest: number) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = () =>
    new ReadableStream<Uint8Array>({
      start(opened) {
        controller = opened;
        opened.enqueue(new TextEncoder().encode("retry: 2000\n\n"));
      },
    });
  const answer = (_: Request, path: string) => {
    if (path.startsWith("/v1/events/stream")) return new Response(body());
    if (path.startsWith("/v1/events?")) return eventPage([], newest);
    return undefined;
  };
  const push = (...numbers: number[]) =>
    act(async () => {
      const text = streamText(...numbers.map((number) => someEvent(number)));
      controller?.enqueue(new TextEncoder().encode(text));
    });
  return { answer, push };
}

function shown(): string[] {
  return screen.queryAllByRole("listitem").flatMap((item) => {
    const subject = within(item).queryByText(/^urn:uuid:/);
    return subject === null ? [] : [subject.textContent ?? ""];
  });
}

async function live() {
  await waitFor(() => expect(screen.getByTestId("connection").textContent).toContain("Live"));
}

afterEach(() => vi.unstubAllGlobals());

test("events appear by themselves, newest first, and wait while the list is paused", async () => {
  const { answer, push } = gateway(2);
  await openApp("/event/stream", answer);
  await live();
  await push(1, 2);
  await waitFor(() => expect(shown()).toEqual(["urn:uuid:2", "urn:uuid:1"]));
  fireEvent.click(screen.getByRole("button", { name: "Pause" }));
  await push(3, 4);
  const resume = await screen.findByRole("button", { name: "Resume 2 waiting" });
  expect(shown()).toEqual(["urn:uuid:2", "urn:uuid:1"]);
  expect(screen.getByRole("status").textContent).toContain("Paused");
  fireEvent.click(resume);
  expect(shown()).toEqual(["urn:uuid:4", "urn:uuid:3", "urn:uuid:2", "urn:uuid:1"]);
  expect(screen.getByRole("button", { name: "Pause" })).toBeTruthy();
});

test("the filters of the address are sent, and a form changes the address", async () => {
  const { answer } = gateway(0);
  const sent = await openApp("/event/stream?type=waymark.native.granted&subject=lot%201", answer);
  await live();
  const stream = new URL(sent.find(({ url }) => url.includes("/stream"))?.url ?? "");
  expect(Object.fromEntries(stream.searchParams)).toEqual({
    type: "waymark.native.granted",
    subject: "lot 1",
  });
  expect(screen.getByText("Types: 1 chosen")).toBeTruthy();
  fireEvent.click(screen.getByLabelText("transferred"));
  fireEvent.change(screen.getByLabelText("Subject"), { target: { value: "" } });
  fireEvent.click(screen.getByRole("button", { name: "Apply" }));
  await waitFor(() => expect(window.location.search).toContain("transferred"));
  expect(new URLSearchParams(window.location.search).get("type")).toBe(
    "waymark.native.transferred,waymark.native.granted",
  );
});

test("an open event shows its summary and leads to its record and its evidence", async () => {
  const { answer, push } = gateway(1);
  await openApp("/event/stream", answer);
  await live();
  await push(1);
  const details = (await screen.findByText("urn:uuid:1")).closest("details") as HTMLDetailsElement;
  details.open = true;
  fireEvent(details, new Event("toggle"));
  const link = await screen.findByRole("link", { name: "Open the event and its proof" });
  expect(link.getAttribute("href")).toBe("/provenance/events/urn%3Auuid%3A1");
  expect(screen.getByText(/"bizStep": "shipping"/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Download the evidence of event 1" })).toBeTruthy();
});

test("earlier events are read as pages on request", async () => {
  const { answer } = gateway(60);
  const sent = await openApp("/event/stream", (request, path) =>
    path === "/v1/events?after=0&limit=100"
      ? eventPage([someEvent(9), someEvent(11)], 60)
      : answer(request, path),
  );
  await live();
  expect(screen.getByText(/Complete from number 11 on/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Show earlier events" }));
  await waitFor(() => expect(shown()).toEqual(["urn:uuid:9"]));
  expect(screen.getByText(/Complete from the first event on/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show earlier events" })).toBeNull();
  expect(sent.filter(({ url }) => url.includes("limit=100")).length).toBe(1);
});

test("a refused request is reported with its cause, and can be repeated", async () => {
  let isRefused = true;
  const { answer } = gateway(0);
  await openApp("/event/stream?type=x", (request, path) =>
    path.startsWith("/v1/events/stream") && isRefused
      ? problem(400, "request.invalid_parameter", [{ pointer: "/type", code: "x", detail: "no type" }])
      : answer(request, path),
  );
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("no type");
  isRefused = false;
  fireEvent.click(within(alert).getByRole("button", { name: "Try again" }));
  await live();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("without a session, nothing is asked for", async () => {
  const sent = await openApp("/event/stream", () => undefined, { isSignedIn: false });
  expect(screen.getByText("Sign in to see your tenant's records")).toBeTruthy();
  expect(sent).toEqual([]);
});

//! Tests that a webhook is made with its secret shown once, that its states have their reasons, and that what is sent
//! again or given up is what the reader chose.

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { type Answer, openApp, problem } from "../../test-app.tsx";
import type { DeadLetter, Webhook, WebhookAttempt, WebhookDetail, WebhookSecret } from "./webhooks.ts";

const ID = "hook_0";
const webhook: Webhook = {
  id: ID,
  url: "https://receiver.example/events",
  description: "Warehouse",
  types: ["waymark.provenance.event_captured"],
  subject: null,
  signature: "v1",
  state: "enabled",
  disabled_reason: null,
  disabled_at: null,
  created_at: "2026-01-01T00:00:00Z",
  made_by: "wc_1",
  read_to: 1_234,
  failing_since: null,
};
const detail: WebhookDetail = { ...webhook, pending: 3, dead_letters: 1, replay: null };
const secret: WebhookSecret = {
  id: "hsec_1",
  public_key: null,
  created_at: "2026-01-01T00:00:00Z",
  expires_at: null,
};
const attempt: WebhookAttempt = {
  id: "hatt_1",
  sequence: 1_200,
  number: 2,
  at: "2026-01-01T00:00:00Z",
  duration_ms: 38,
  status: 503,
  error: null,
  answer: "<b>busy</b>",
  outcome: "retry",
};
const letter: DeadLetter = {
  sequence: 7,
  attempts: 12,
  last_error: "webhook.timeout",
  died_at: "2026-01-01T00:00:00Z",
};

function list<Item>(items: Item[], next: string | null = null): Response {
  return Response.json({ items, next_cursor: next });
}

/** A gateway with one webhook; `own` answers first. */
function gateway(own: Answer = () => undefined, now: () => WebhookDetail = () => detail): Answer {
  return (request, path) => {
    const answered = own(request, path);
    if (answered !== undefined) return answered;
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/webhooks") return list([now()]);
    if (request.method !== "GET") return undefined;
    if (pathname === `/v1/webhooks/${ID}`) return Response.json(now());
    if (pathname.endsWith("/secrets")) return Response.json({ items: [secret] });
    if (pathname.endsWith("/attempts")) return list([attempt]);
    if (pathname.endsWith("/dead-letters")) return list([letter]);
    return undefined;
  };
}

function changes(sent: Request[]): Request[] {
  return sent.filter(({ method }) => method !== "GET");
}

/** The method and the path of what was sent, and its body. */
async function only(sent: Request[]): Promise<[string, unknown]> {
  const [change, ...others] = changes(sent);
  expect(others).toEqual([]);
  const text = await (change as Request).text();
  return [`${change?.method} ${new URL(change?.url ?? "").pathname}`, text === "" ? null : JSON.parse(text)];
}

afterEach(() => vi.unstubAllGlobals());

test("the list shows address, types and state, and leads to a webhook", async () => {
  const failing = {
    ...webhook,
    id: "hook_1",
    url: "https://other.example/",
    types: [],
    failing_since: secret.created_at,
  };
  await openApp("/event/webhooks", () => list([webhook, failing], "c"));
  const table = within(await screen.findByRole("table", { name: "Webhooks" }));
  expect(table.getByRole("link", { name: webhook.url }).getAttribute("href")).toBe(`/event/webhooks/${ID}`);
  const [first, second] = table.getAllByRole("row").slice(1);
  expect(first?.textContent).toContain("provenance.event_captured");
  expect(first?.textContent).toContain("enabled");
  expect(second?.textContent).toContain("enabled; calls fail");
  expect(screen.getByRole("link", { name: "Next page" }).getAttribute("href")).toBe(
    "/event/webhooks?cursor=c",
  );
});

test("a new webhook is sent as it was filled in, and its secret is shown once", async () => {
  const made = { ...webhook, secret: "whsec_abc", public_key: null };
  const sent = await openApp("/event/webhooks/new", ({ method }) =>
    method === "POST" ? Response.json(made, { status: 201 }) : list([webhook]),
  );
  fireEvent.change(screen.getByLabelText(/^Address/), { target: { value: ` ${webhook.url} ` } });
  fireEvent.click(screen.getByLabelText("event_captured"));
  fireEvent.change(screen.getByLabelText(/^Signature/), { target: { value: "v1a" } });
  fireEvent.click(screen.getByLabelText("Send all earlier events, too"));
  fireEvent.click(screen.getByRole("button", { name: "Create the webhook" }));
  const once = await screen.findByRole("region", { name: "The new secret" });
  expect(within(once).getByText("whsec_abc")).toBeTruthy();
  expect(document.activeElement).toBe(within(once).getByRole("heading"));
  expect(within(once).getByRole("button", { name: "Copy The new secret" })).toBeTruthy();
  expect(await only(sent)).toEqual([
    "POST /v1/webhooks",
    {
      url: webhook.url,
      description: "",
      types: ["waymark.provenance.event_captured"],
      subject: null,
      signature: "v1a",
      after: 0,
    },
  ]);
  fireEvent.click(screen.getAllByRole("link", { name: "Webhooks" }).at(-1) as HTMLElement);
  await screen.findByRole("table", { name: "Webhooks" });
  expect(document.body.textContent).not.toContain("whsec_abc");
});

test("a request whose answer is lost is repeated with its key, another one has another", async () => {
  const sent = await openApp("/event/webhooks/new", () => undefined);
  const make = async (url: string, count: number) => {
    fireEvent.change(screen.getByLabelText(/^Address/), { target: { value: url } });
    fireEvent.click(screen.getByRole("button", { name: "Create the webhook" }));
    await waitFor(() => expect(sent.length).toBe(count));
    await screen.findByRole("alert");
  };
  await make(webhook.url, 1);
  await make(webhook.url, 2);
  await make("https://other.example/", 3);
  const [first, second, third] = sent.map(({ headers }) => headers.get("Idempotency-Key"));
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test("a refused address is shown at its field, which takes the focus, and what was typed stays", async () => {
  await openApp("/event/webhooks/new", () =>
    problem(400, "webhook.invalid_url", [{ pointer: "/url", code: "x", detail: "not a public address" }]),
  );
  const url = screen.getByLabelText(/^Address/) as HTMLInputElement;
  fireEvent.change(url, { target: { value: "http://10.0.0.1/" } });
  fireEvent.click(screen.getByRole("button", { name: "Create the webhook" }));
  await screen.findByText("not a public address");
  expect([url.value, url.getAttribute("aria-invalid")]).toEqual(["http://10.0.0.1/", "true"]);
  await waitFor(() => expect(document.activeElement).toBe(url));
  expect(screen.getByRole("alert").textContent).not.toContain("not a public address");
});

test.each([
  ["requested", "disabled by request"],
  ["gone", "the receiver answered 410"],
  ["failing", "all calls failed"],
] as const)("a disabled webhook says why (%s) and can be enabled", async (reason, words) => {
  let state: Partial<WebhookDetail> = {
    state: "disabled",
    disabled_reason: reason,
    disabled_at: "2026-01-02T00:00:00Z",
  };
  const own: Answer = ({ method }) => {
    if (method !== "PATCH") return undefined;
    state = {};
    return Response.json(detail);
  };
  const sent = await openApp(
    `/event/webhooks/${ID}`,
    gateway(own, () => ({ ...detail, ...state })),
  );
  const panel = await screen.findByRole("region", { name: "Endpoint" });
  expect(panel.textContent).toContain(words);
  expect(panel.textContent).toContain("Jan 2, 2026");
  fireEvent.click(within(panel).getByRole("button", { name: "Enable" }));
  expect(await within(panel).findByRole("button", { name: "Disable" })).toBeTruthy();
  expect(await only(sent)).toEqual([`PATCH /v1/webhooks/${ID}`, { state: "enabled" }]);
});

test("where and what is sent is changed, from what it was", async () => {
  let changed: Partial<WebhookDetail> = {};
  const own: Answer = ({ method }) => {
    if (method !== "PATCH") return undefined;
    changed = { subject: "lot 1", types: [] };
    return Response.json(detail);
  };
  const sent = await openApp(
    `/event/webhooks/${ID}`,
    gateway(own, () => ({ ...detail, ...changed })),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Change" }));
  const form = within(screen.getByRole("form", { name: "Change" }));
  expect((form.getByLabelText(/^Address/) as HTMLInputElement).value).toBe(webhook.url);
  fireEvent.change(form.getByLabelText(/^Subject/), { target: { value: "lot 1" } });
  fireEvent.click(form.getByLabelText("event_captured"));
  fireEvent.click(form.getByRole("button", { name: "Store" }));
  await waitFor(() => expect(screen.queryByRole("form", { name: "Change" })).toBeNull());
  expect(screen.getByRole("region", { name: "Endpoint" }).textContent).toContain("lot 1");
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Change"));
  expect(await only(sent)).toEqual([
    `PATCH /v1/webhooks/${ID}`,
    { url: webhook.url, description: webhook.description, types: [], subject: "lot 1" },
  ]);
});

test("a test is sent and its answer shown as text", async () => {
  const own: Answer = ({ method }) =>
    method === "POST" ? Response.json({ ...attempt, sequence: null, outcome: "test" }) : undefined;
  const sent = await openApp(`/event/webhooks/${ID}`, gateway(own));
  fireEvent.click(await screen.findByRole("button", { name: "Send a test event" }));
  const result = await screen.findByText(/Answer to the test/);
  expect(result.textContent).toContain("HTTP 503");
  expect(result.textContent).toContain("38 ms");
  expect(within(result).getByText("<b>busy</b>")).toBeTruthy();
  expect(await only(sent)).toEqual([`POST /v1/webhooks/${ID}/test`, null]);
});

test("a new secret is made with the chosen time of grace and shown", async () => {
  const own: Answer = ({ method }) =>
    method === "POST"
      ? Response.json({ ...secret, id: "hsec_2", secret: "whsec_new" }, { status: 201 })
      : undefined;
  const sent = await openApp(`/event/webhooks/${ID}`, gateway(own));
  const panel = await screen.findByRole("region", { name: "Secrets" });
  expect(panel.textContent).not.toContain("whsec_");
  fireEvent.change(within(panel).getByLabelText(/stays valid for/), { target: { value: "3600" } });
  fireEvent.click(within(panel).getByRole("button", { name: "Make a new secret" }));
  expect(await within(panel).findByText("whsec_new")).toBeTruthy();
  expect(await only(sent)).toEqual([`POST /v1/webhooks/${ID}/secrets`, { grace_s: 3600 }]);
});

test("attempts show status, error, time and answer, filtered by the address", async () => {
  const failed = { ...attempt, id: "hatt_2", status: null, error: "webhook.timeout", answer: null };
  const own: Answer = (_, path) =>
    path.includes("/attempts")
      ? list([attempt, failed, { ...attempt, id: "hatt_3", sequence: null }])
      : undefined;
  const sent = await openApp(`/event/webhooks/${ID}?outcome=retry&sequence=1200&attempts=a`, gateway(own));
  const table = within(await screen.findByRole("table", { name: "Attempts" }));
  const [first, second, third] = table.getAllByRole("row").slice(1);
  expect(first?.textContent).toContain("HTTP 503");
  expect(first?.textContent).toContain("attempt 2");
  expect(second?.textContent).toContain("webhook.timeout");
  expect(third?.textContent).toContain("test");
  const asked = sent.find(({ url }) => url.includes("/attempts"));
  expect(Object.fromEntries(new URL(asked?.url ?? "").searchParams)).toEqual({
    limit: "20",
    outcome: "retry",
    sequence: "1200",
    cursor: "a",
  });
});

test("a dead letter is sent again at once, and given up only after a question", async () => {
  let letters = [letter, { ...letter, sequence: 8 }];
  const own: Answer = ({ method }, path) => {
    const number = Number(/dead-letters\/(\d+)/.exec(path)?.[1]);
    if (method !== "GET") {
      letters = letters.filter(({ sequence }) => sequence !== number);
      return new Response(null, { status: 204 });
    }
    return path.includes("/dead-letters") ? list(letters) : undefined;
  };
  const sent = await openApp(`/event/webhooks/${ID}`, gateway(own));
  fireEvent.click(await screen.findByRole("button", { name: "Send event 7 again" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Send event 7 again" })).toBeNull());
  fireEvent.click(screen.getByRole("button", { name: "Skip event 8" }));
  expect(changes(sent).length).toBe(1);
  fireEvent.click(screen.getByRole("button", { name: "Skip it" }));
  expect(await screen.findByText("None.")).toBeTruthy();
  expect(changes(sent).map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    `POST /v1/webhooks/${ID}/dead-letters/7/replay`,
    `DELETE /v1/webhooks/${ID}/dead-letters/8`,
  ]);
});

test("a range is sent again, and one that runs is shown", async () => {
  let replay: WebhookDetail["replay"] = null;
  const own: Answer = ({ method }) => {
    if (method !== "POST") return undefined;
    replay = { next: 5, to: 1_200, created_at: "2026-01-01T00:00:00Z" };
    return Response.json(replay, { status: 202 });
  };
  const sent = await openApp(
    `/event/webhooks/${ID}`,
    gateway(own, () => ({ ...detail, replay })),
  );
  const panel = within(await screen.findByRole("region", { name: "Send a range again" }));
  fireEvent.change(panel.getByLabelText(/^From number/), { target: { value: "1" } });
  fireEvent.change(panel.getByLabelText(/^To number/), { target: { value: "1200" } });
  fireEvent.click(panel.getByRole("button", { name: "Send again" }));
  expect(await panel.findByText(/next is number 5, the last is 1,200/)).toBeTruthy();
  expect((panel.getByRole("button", { name: "Send again" }) as HTMLButtonElement).disabled).toBe(true);
  expect(await only(sent)).toEqual([`POST /v1/webhooks/${ID}/replay`, { from: 1, to: 1200 }]);
});

test("a webhook is deleted after a question, and the list follows", async () => {
  let isThere = true;
  const own: Answer = ({ method, url }) => {
    if (method === "DELETE") {
      isThere = false;
      return new Response(null, { status: 204 });
    }
    return new URL(url).pathname === "/v1/webhooks" && !isThere ? list([]) : undefined;
  };
  const sent = await openApp(`/event/webhooks/${ID}`, gateway(own));
  fireEvent.click(await screen.findByRole("button", { name: `Delete the webhook ${webhook.url}` }));
  expect(changes(sent)).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Delete it" }));
  expect(await screen.findByText("No webhooks yet")).toBeTruthy();
  expect(await only(sent)).toEqual([`DELETE /v1/webhooks/${ID}`, null]);
});

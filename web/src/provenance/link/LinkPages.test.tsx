//! Tests that links of an object are read, stored, refused at their fields and deleted, and that its barcodes are shown
//! and saved.

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { openApp, problem } from "../../test-app.tsx";

const OBJECT = "/01/09506000134352";
const PAGE = `/provenance/links/${encodeURIComponent(OBJECT)}`;
const ADDRESS = `https://gateway.test/id/t1${OBJECT}`;
const PIP = "https://ref.gs1.org/voc/pip";
const stored = {
  linkset: [
    {
      anchor: ADDRESS,
      itemDescription: "Rice",
      "https://ref.gs1.org/voc/defaultLink": [{ href: "https://brand.example/rice", title: "Rice" }],
      [PIP]: [{ href: "https://brand.example/rice", title: "Rice", hreflang: ["en"] }],
    },
  ],
};
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>';

function code(path: string): Response | undefined {
  if (!path.startsWith("/v1/provenance/codes")) return undefined;
  return path.includes("format=png")
    ? new Response(new Uint8Array([137, 80]), { headers: { "Content-Type": "image/png" } })
    : new Response(SVG, { headers: { "Content-Type": "image/svg+xml" } });
}

const unknown = () => problem(404, "provenance.unknown_link");

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("the list shows objects with their addresses", async () => {
  const item = { identifier: OBJECT, address: ADDRESS, changed_at: "2026-01-01T00:00:00Z" };
  await openApp("/provenance/links", () => Response.json({ items: [item], next_cursor: "c1" }));
  const table = within(await screen.findByRole("table", { name: "Links and codes" }));
  expect(table.getByRole("link", { name: OBJECT }).getAttribute("href")).toBe(PAGE);
  expect(table.getByText(ADDRESS)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Next page" }).getAttribute("href")).toBe(
    "/provenance/links?cursor=c1",
  );
});

test("an identifier with a fault is shown at its field, and opens no page", async () => {
  const fault = { pointer: "/identifier", code: "gs1.wrong_check_digit", detail: "the check digit is 2" };
  const sent = await openApp("/provenance/links", (_, path) =>
    path.startsWith("/v1/provenance/links?")
      ? Response.json({ items: [], next_cursor: null })
      : problem(400, "provenance.invalid_digital_link", [fault]),
  );
  const field = await screen.findByLabelText(/^Identifier/);
  fireEvent.change(field, { target: { value: "(01)09506000134353" } });
  fireEvent.click(screen.getByRole("button", { name: "Open" }));
  expect(await screen.findByText("the check digit is 2")).toBeTruthy();
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(sent.at(-1)?.url).toContain(encodeURIComponent("/01/09506000134353"));
  expect(window.location.pathname).toBe("/provenance/links");
});

test("the links of a new object are stored as a linkset", async () => {
  let links: object | null = null;
  const sent = await openApp(PAGE, (request, path) => {
    if (request.method === "PUT") {
      links = stored;
      return new Response(null, { status: 201 });
    }
    return code(path) ?? (links === null ? unknown() : Response.json(links));
  });
  const form = within(await screen.findByRole("form", { name: "Links" }));
  const fill = (name: RegExp, value: string) =>
    fireEvent.change(form.getByLabelText(name), { target: { value } });
  fill(/^Name of the object/, "Rice");
  fill(/^Address/, "https://brand.example/rice");
  fill(/^Title/, "Rice");
  fill(/^Languages/, "en");
  expect(form.getByRole<HTMLInputElement>("checkbox").checked).toBe(true);
  fireEvent.click(form.getByRole("button", { name: "Store the links" }));
  expect(await screen.findByText(/^Stored\./)).toBeTruthy();
  const put = sent.find(({ method }) => method === "PUT");
  expect(put?.headers.get("Content-Type")).toBe("application/linkset+json");
  const [context] = stored.linkset;
  expect(await put?.json()).toEqual({ linkset: [{ ...context, anchor: `https://id.gs1.org${OBJECT}` }] });
  expect(await screen.findByRole("link", { name: "Open where a scan leads" })).toBeTruthy();
});

test("a refused link is shown at its field, which takes the focus; the form keeps what was typed", async () => {
  const errors = [
    { pointer: "/linkset/0/https:~1~1ref.gs1.org~1voc~1pip/1/href", code: "x", detail: "is no URI" },
    { pointer: "/linkset/0", code: "x", detail: "has too many links" },
  ];
  await openApp(PAGE, ({ method }, path) =>
    method === "PUT"
      ? problem(400, "provenance.invalid_links", errors)
      : (code(path) ?? Response.json(stored)),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Add a link" }));
  const second = within(screen.getByRole("group", { name: "Link 2" }));
  const address = second.getByLabelText<HTMLInputElement>(/^Address/);
  fireEvent.change(address, { target: { value: "nothing" } });
  fireEvent.submit(screen.getByRole("form", { name: "Links" }));
  expect(await second.findByText("is no URI")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(address));
  const alert = screen.getByRole("alert");
  expect(alert.textContent).toContain("has too many links");
  expect(alert.textContent).not.toContain("is no URI");
  expect(address.value).toBe("nothing");
});

test("one link at most is the default, and a removed one is gone", async () => {
  await openApp(PAGE, (_, path) => code(path) ?? Response.json(stored));
  fireEvent.click(await screen.findByRole("button", { name: "Add a link" }));
  const boxes = () => screen.getAllByRole<HTMLInputElement>("checkbox").map(({ checked }) => checked);
  expect(boxes()).toEqual([true, false]);
  const [, second] = screen.getAllByRole("checkbox");
  if (second === undefined) throw new Error("there are two links");
  fireEvent.click(second);
  expect(boxes()).toEqual([false, true]);
  const added = within(screen.getByRole("group", { name: "Link 2" })).getByLabelText(/^Address/);
  await waitFor(() => expect(document.activeElement).toBe(added));
  fireEvent.click(screen.getByRole("button", { name: "Remove link 2" }));
  const add = screen.getByRole("button", { name: "Add a link" });
  await waitFor(() => expect(document.activeElement).toBe(add));
  expect(boxes()).toEqual([false]);
  expect(screen.queryByRole("button", { name: /^Remove link/ })).toBeNull();
});

test("all links are deleted after the question, and the form is empty", async () => {
  let links: object | null = stored;
  await openApp(PAGE, ({ method }, path) => {
    if (method !== "DELETE") return code(path) ?? (links === null ? unknown() : Response.json(links));
    links = null;
    return new Response(null, { status: 204 });
  });
  fireEvent.click(await screen.findByRole("button", { name: /^Delete all links/ }));
  fireEvent.click(screen.getByRole("button", { name: "Delete it" }));
  expect(await screen.findByText("This object has no links yet.")).toBeTruthy();
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/^Address/).value).toBe(""));
});

test("both barcodes carry the address of the object and are saved as the gateway drew them", async () => {
  const saved: { name: string; blob: Blob }[] = [];
  const blobs = new Map<string, Blob>();
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    blobs.set(`blob:${blobs.size}`, blob as Blob);
    return `blob:${blobs.size - 1}`;
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    const blob = blobs.get(this.href);
    if (blob !== undefined) saved.push({ name: this.download, blob });
  });
  const sent = await openApp(PAGE, (_, path) => code(path) ?? Response.json(stored));
  const image = await screen.findByRole<HTMLImageElement>("img", { name: `QR code of ${ADDRESS}` });
  expect(image.src).toBe(`data:image/svg+xml,${encodeURIComponent(SVG)}`);
  expect(await screen.findByRole("img", { name: `GS1 DataMatrix of ${ADDRESS}` })).toBeTruthy();
  const asked = sent.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname.endsWith("/codes"));
  expect(asked.map(({ searchParams }) => searchParams.get("data"))).toEqual([ADDRESS, ADDRESS]);
  fireEvent.click(screen.getByRole("button", { name: "Download the GS1 DataMatrix as PNG" }));
  await waitFor(() => expect(saved).toHaveLength(1));
  expect(saved[0]?.name).toBe("datamatrix-id-t1-01-09506000134352.png");
  expect(saved[0]?.blob.type).toBe("image/png");
  expect([...new Uint8Array((await saved[0]?.blob.arrayBuffer()) ?? new ArrayBuffer(0))]).toEqual([137, 80]);
});

test("an identifier that cannot be drawn shows the cause beside the form", async () => {
  await openApp(PAGE, (_, path) =>
    path.startsWith("/v1/provenance/codes") ? problem(400, "request.invalid_parameter") : unknown(),
  );
  await waitFor(() => expect(screen.getAllByRole("alert")).toHaveLength(2));
  expect(screen.getByRole("form", { name: "Links" })).toBeTruthy();
});

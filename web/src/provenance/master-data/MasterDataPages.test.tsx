//! Tests that master data is listed with its filters in the address, that an element shows what its versions state,
//! that a form records it, and that an event leads to it.

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { eventDocument, openApp, problem } from "../../test-app.tsx";

const ROOT = "/v1/provenance/master-data";
const LOCATION = "urn:epcglobal:epcis:vtype:BusinessLocation";
const READ_POINT = "urn:epcglobal:epcis:vtype:ReadPoint";
const CITY = "urn:epcglobal:cbv:mda#city";
const DOCK = "https://id.gs1.org/414/4012345000054";
const PAGE = `/provenance/master-data/${encodeURIComponent(DOCK)}`;
const [MONDAY, TUESDAY, WEDNESDAY] = ["2026-07-20", "2026-07-21", "2026-07-22"].map(
  (day) => `${day}T08:00:00.000Z`,
) as [string, string, string];

interface Content {
  city?: string;
  children?: string[];
  vocabulary?: string;
  id?: string;
  record_time?: string;
}

function version({ city, children, vocabulary = LOCATION, id = DOCK, record_time = MONDAY }: Content) {
  const attributes = city === undefined ? {} : { attributes: [{ id: CITY, attribute: city }] };
  const element = { id, ...attributes, ...(children === undefined ? {} : { children }) };
  const document = { "@context": ["https://context.example"], vocabulary, element };
  return { vocabulary, id, record_time, shard: 0, height: 1, record_index: 0, tx_id: "a", document };
}

function page(items: object[], next_cursor: string | null = null): Response {
  return Response.json({ items, next_cursor });
}

/** Answers for the page of an element; `versions` are newest first, and each page of the history has one of them. */
function elementAnswers(versions: object[], parents: object[] = []) {
  return (_: Request, path: string): Response | undefined => {
    const url = new URL(path, "http://console.test");
    if (url.pathname.endsWith("/evidence")) return problem(503, "ledger.index_behind");
    if (url.pathname.endsWith("/history")) {
      const at = Number(url.searchParams.get("cursor") ?? "0");
      return page(versions.slice(at, at + 2), at + 2 < versions.length ? String(at + 2) : null);
    }
    if (url.pathname === ROOT) return page(parents);
    return url.pathname.startsWith(`${ROOT}/`) ? Response.json(versions[0]) : undefined;
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("the list shows each element with its vocabulary, and asks for what the address says", async () => {
  const items = [version({ city: "Köln" }), version({ vocabulary: READ_POINT })];
  const search = `vocabulary=${encodeURIComponent(LOCATION)}&attribute=cbvmda%3Acity`;
  const sent = await openApp(`/provenance/master-data?${search}`, () => page(items, "c1"));
  const table = within(await screen.findByRole("table", { name: "Master data" }));
  const links = table.getAllByRole("link", { name: DOCK }).map((link) => link.getAttribute("href"));
  expect(links).toEqual(
    [LOCATION, READ_POINT].map((vocabulary) => `${PAGE}?vocabulary=${encodeURIComponent(vocabulary)}`),
  );
  expect(table.getByText("Köln")).toBeTruthy();
  const asked = new URL(sent[0]?.url ?? "");
  expect(Object.fromEntries(asked.searchParams)).toEqual({
    vocabulary: LOCATION,
    attribute: "cbvmda:city",
    limit: "30",
  });
  expect(screen.getByRole("link", { name: "Next page" }).getAttribute("href")).toBe(
    `/provenance/master-data?${search}&cursor=c1`,
  );
  const all = table.getByRole("link", { name: "All elements of ReadPoint" });
  expect(all.getAttribute("href")).toBe(
    `/provenance/master-data?vocabulary=${encodeURIComponent(READ_POINT)}`,
  );
});

test("the filters change the address, and an examined page without elements leads on", async () => {
  await openApp("/provenance/master-data", (_, path) =>
    path.includes("attribute=") ? page([], "c1") : page([]),
  );
  expect(await screen.findByText("No master data yet")).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Next page" })).toBeNull();
  fireEvent.change(screen.getByLabelText("With the attribute"), { target: { value: CITY } });
  fireEvent.submit(screen.getByRole("form", { name: "Filters" }));
  expect(await screen.findByText(/the next page examines further ones/)).toBeTruthy();
  expect(window.location.search).toBe(`?attribute=${encodeURIComponent(CITY)}`);
  expect(screen.getByRole("link", { name: "Next page" })).toBeTruthy();
});

test("an element shows its attributes, its relatives and its evidence", async () => {
  const answers = elementAnswers(
    [version({ city: "Köln", children: ["urn:ex:shelf", "urn:ex:shelf"] })],
    [version({ id: "urn:ex:site" })],
  );
  const sent = await openApp(PAGE, answers);
  const attributes = within(await screen.findByRole("table", { name: "Attributes" }));
  expect(attributes.getByRole("rowheader", { name: "city" })).toBeTruthy();
  expect(attributes.getByText("Köln")).toBeTruthy();
  const search = `?vocabulary=${encodeURIComponent(LOCATION)}`;
  const below = within(screen.getByRole("region", { name: "Below it" }));
  expect(below.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual([
    `/provenance/master-data/${encodeURIComponent("urn:ex:shelf")}${search}`,
  ]);
  const above = within(screen.getByRole("region", { name: "Above it" }));
  expect((await above.findByRole("link", { name: "urn:ex:site" })).getAttribute("href")).toBe(
    `/provenance/master-data/${encodeURIComponent("urn:ex:site")}${search}`,
  );
  const asked = sent.map(({ url }) => new URL(url));
  const parents = asked.find(({ pathname }) => pathname === ROOT);
  expect(Object.fromEntries(parents?.searchParams ?? [])).toEqual({
    vocabulary: LOCATION,
    child: DOCK,
    limit: "500",
  });
  const evidence = asked.find(({ pathname }) => pathname.endsWith("/evidence"));
  expect(evidence?.pathname).toBe(`${ROOT}/${encodeURIComponent(DOCK)}/evidence`);
  expect(Object.fromEntries(evidence?.searchParams ?? [])).toEqual({ vocabulary: LOCATION, as_of: MONDAY });
});

test("the history shows what changed with each version, once the one before is known", async () => {
  const versions = [
    version({ city: "Aachen", children: ["urn:ex:b"], record_time: WEDNESDAY }),
    version({ city: "Bonn", children: ["urn:ex:a"], record_time: TUESDAY }),
    version({ city: "Köln", children: ["urn:ex:a", "urn:ex:c"], record_time: TUESDAY }),
    version({ city: "Köln", children: ["urn:ex:c", "urn:ex:a"], record_time: MONDAY }),
  ];
  await openApp(PAGE, elementAnswers(versions));
  const panel = within(await screen.findByRole("region", { name: "History" }));
  await panel.findByText("urn:ex:b is below it now");
  expect(panel.getAllByRole("rowheader")).toHaveLength(1);
  fireEvent.click(panel.getByRole("button", { name: "Earlier versions" }));
  await panel.findByText("The first version");
  const rows = panel.getAllByRole("row").slice(1);
  expect(rows.map((row) => within(row).getByRole("cell").textContent)).toEqual([
    "city Bonn Aachenurn:ex:b is below it nowurn:ex:a is no longer below it",
    "city Köln Bonnurn:ex:c is no longer below it",
    "Only the order or the spelling",
    "The first version",
  ]);
  // A time names the newest version of this time, so the other one has no address.
  const links = rows.map((row) => within(row).queryByRole("link")?.getAttribute("href") ?? null);
  const at = (time: string) =>
    `${PAGE}?vocabulary=${encodeURIComponent(LOCATION)}&as_of=${encodeURIComponent(time)}`;
  expect(links).toEqual([at(WEDNESDAY), at(TUESDAY), null, at(MONDAY)]);
  expect(
    within(rows[0] as HTMLElement)
      .getByRole("link")
      .getAttribute("aria-current"),
  ).toBe("true");
});

test("an earlier version says so, and one that cannot be read keeps its proof", async () => {
  const unreadable = { ...version({ record_time: MONDAY }), document: null };
  const sent = await openApp(`${PAGE}?as_of=${encodeURIComponent(TUESDAY)}`, elementAnswers([unreadable]));
  expect(await screen.findByText("This version cannot be read")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Show the newest version" })).toBeTruthy();
  expect(screen.queryByRole("table", { name: "Attributes" })).toBeNull();
  await waitFor(() => expect(sent.some(({ url }) => url.includes("/evidence?"))).toBe(true));
  expect(sent.some(({ url }) => url.includes(`as_of=${encodeURIComponent(TUESDAY)}`))).toBe(true);
});

test("an id of several vocabularies offers them", async () => {
  const items = [LOCATION, READ_POINT].map((vocabulary) => version({ vocabulary }));
  await openApp(PAGE, (_, path) =>
    path.startsWith(`${ROOT}?`) ? page(items) : problem(409, "provenance.ambiguous_master_data"),
  );
  expect(await screen.findByText(/^Several vocabularies have this id/)).toBeTruthy();
  expect(await screen.findAllByRole("link", { name: DOCK })).toHaveLength(2);
});

test("an element without master data says so, and offers to record it", async () => {
  await openApp(`${PAGE}?vocabulary=${encodeURIComponent(READ_POINT)}`, () =>
    problem(404, "provenance.unknown_master_data"),
  );
  expect(await screen.findByText("There is no master data of this element here")).toBeTruthy();
  const record = screen.getByRole("link", { name: "Record an element" }).getAttribute("href") ?? "";
  expect(Object.fromEntries(new URL(record, "http://console.test").searchParams)).toEqual({
    id: DOCK,
    vocabulary: READ_POINT,
  });
});

const JOB = { captureID: "j", createdAt: MONDAY, running: false, success: true, errors: [] };

function fill(name: RegExp | string, value: string) {
  fireEvent.change(screen.getByLabelText(name), { target: { value } });
}

test("a new element is recorded as an EPCIS document without events", async () => {
  const sent = await openApp("/provenance/master-data/record", () => Response.json(JOB));
  await screen.findByRole("form", { name: "Record an element" });
  fill(/^Id/, DOCK);
  fill(/^Attribute/, CITY);
  fill(/^Value/, "Köln");
  fill(/^Below it/, "urn:ex:a\nurn:ex:b");
  fireEvent.click(screen.getByRole("button", { name: "Record the element" }));
  expect(await screen.findByText(/^Recorded and final on the ledger/)).toBeTruthy();
  expect(screen.getByRole("link", { name: DOCK }).getAttribute("href")).toBe(
    `${PAGE}?vocabulary=${encodeURIComponent(LOCATION)}`,
  );
  const [request] = sent;
  expect(new URL(request?.url ?? "").pathname).toBe("/epcis/capture");
  expect(request?.headers.get("Content-Type")).toBe("application/ld+json");
  expect(request?.headers.get("Prefer")).toBe("wait=10");
  const { creationDate, ...document } = (await request?.json()) ?? {};
  expect(Number.isNaN(Date.parse(creationDate))).toBe(false);
  expect(document).toEqual({
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    epcisHeader: {
      epcisMasterData: {
        vocabularyList: [
          {
            type: LOCATION,
            vocabularyElementList: [
              {
                id: DOCK,
                attributes: [{ id: CITY, attribute: "Köln" }],
                children: ["urn:ex:a", "urn:ex:b"],
              },
            ],
          },
        ],
      },
    },
    epcisBody: { eventList: [] },
  });
});

test("a new version begins with the newest one, and a fault is shown at its field", async () => {
  const at = "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0";
  const errors = [
    { pointer: `${at}/attributes/0/id`, code: "x", detail: "is no URI" },
    { pointer: at, code: "x", detail: "has too many attributes" },
  ];
  const search = `id=${encodeURIComponent(DOCK)}&vocabulary=${encodeURIComponent(LOCATION)}`;
  await openApp(`/provenance/master-data/record?${search}`, ({ method }) =>
    method === "POST"
      ? problem(400, "provenance.invalid_document", errors)
      : Response.json(version({ city: "Köln" })),
  );
  const value = await screen.findByLabelText<HTMLInputElement>(/^Value/);
  expect(value.value).toBe("Köln");
  fill(/^Value/, "Bonn");
  fireEvent.submit(screen.getByRole("form", { name: "Record an element" }));
  expect(await screen.findByText("is no URI")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/^Attribute/)));
  const alert = screen.getByRole("alert");
  expect(alert.textContent).toContain("has too many attributes");
  expect(alert.textContent).not.toContain("is no URI");
  expect(value.value).toBe("Bonn");
});

test("what the ledger rejects or has not decided is not called recorded", async () => {
  const fault = { type: "x", title: "Rejected", status: 409, code: "provenance.foreign_subject" };
  const answers = [
    { ...JOB, success: false, errors: [{ ...fault, detail: "the ledger says no", pointer: "" }] },
    { ...JOB, running: true },
  ];
  await openApp("/provenance/master-data/record", () => Response.json(answers.shift()));
  await screen.findByRole("form", { name: "Record an element" });
  fill(/^Id/, DOCK);
  fireEvent.click(screen.getByRole("button", { name: "Record the element" }));
  expect((await screen.findByRole("alert")).textContent).toContain("the ledger says no");
  expect(screen.queryByText(/^Recorded and final/)).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Record the element" }));
  expect(await screen.findByText(/^Accepted; the ledger has not decided yet/)).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test.each([
  ['{"type": "EPCISDocument", "n": 395212340000000017}', "application/ld+json"],
  ["\n<epcis:EPCISDocument/>", "application/xml"],
])("a document is sent as it is: %s", async (text, type) => {
  const sent = await openApp("/provenance/master-data/record", () => Response.json(JOB));
  const field = await screen.findByRole("textbox", { name: /^A whole document/ });
  fireEvent.change(field, { target: { value: text } });
  fireEvent.click(screen.getByRole("button", { name: "Capture the document" }));
  expect(await screen.findByText(/^Recorded and final on the ledger/)).toBeTruthy();
  expect(sent[0]?.headers.get("Content-Type")).toBe(type);
  expect(await sent[0]?.text()).toBe(text);
});

const EVENT = {
  type: "ObjectEvent",
  eventID: "urn:uuid:1",
  epcList: ["urn:ex:item"],
  readPoint: { id: "urn:epc:id:sgln:4012345.00005.0" },
  bizLocation: { id: "urn:ex:none" },
  sourceList: [{ type: "owning_party", source: "urn:ex:seller" }],
  quantityList: [{ epcClass: "urn:ex:class", quantity: 1 }],
};

test("an event leads to the master data of what it names", async () => {
  const sent = await openApp("/provenance/events/urn%3Auuid%3A1", (_, path) => {
    if (path.startsWith("/epcis/events/")) return eventDocument([EVENT]);
    if (!path.startsWith(`${ROOT}?`)) return problem(503, "ledger.index_behind");
    const id = new URL(path, "http://console.test").searchParams.get("id");
    return page(id === EVENT.readPoint.id ? [version({ city: "Köln", vocabulary: READ_POINT })] : []);
  });
  const panel = within(await screen.findByRole("region", { name: "Master data" }));
  expect(panel.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual([
    `${PAGE}?vocabulary=${encodeURIComponent(READ_POINT)}`,
  ]);
  const asked = sent.map(({ url }) => new URL(url)).filter(({ pathname }) => pathname === ROOT);
  expect(asked.map(({ searchParams }) => searchParams.get("id"))).toEqual([
    "urn:epc:id:sgln:4012345.00005.0",
    "urn:ex:none",
    "urn:ex:seller",
    "urn:ex:class",
  ]);
});

test.each([
  [`bizLocations/${encodeURIComponent(DOCK)}`, true],
  [`readPoints/${encodeURIComponent(DOCK)}`, true],
  ["bizSteps/packing", false],
])("of the values that events name, places lead to their master data: %s", async (value, isPlace) => {
  const sent = await openApp(`/provenance/browse/${value}`, (_, path) =>
    path.startsWith("/epcis/") ? eventDocument([]) : page([version({ city: "Köln" })]),
  );
  expect(await screen.findByText("No events match these filters")).toBeTruthy();
  if (isPlace) expect(await screen.findByRole("region", { name: "Master data" })).toBeTruthy();
  expect(sent.some(({ url }) => new URL(url).pathname === ROOT)).toBe(isPlace);
});

test("a look-up that failed is not taken for an absence", async () => {
  await openApp(`/provenance/browse/readPoints/${encodeURIComponent(DOCK)}`, (_, path) =>
    path.startsWith("/epcis/") ? eventDocument([]) : problem(429, "limit.rate"),
  );
  const panel = within(await screen.findByRole("region", { name: "Master data" }));
  expect(panel.getByRole("alert").textContent).toContain("Too many requests");
});

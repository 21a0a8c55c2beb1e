//! Prepares the scenarios through the API: gets a token and captures real documents. Invariant: only the server under
//! test is changed.

import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const FSMA = "epcis/openepcis-dpp-ready/extensions/us/fsma204/epcis";
/** The order of the supply chain. */
const ORDER = [
  "harvest",
  "cooling",
  "initial-packing",
  "first-land-based-receiver",
  "shipping",
  "receiving",
  "transformation",
];

async function expectOk(response) {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** Fetches an access token for the server's sandbox tenant. */
export async function fetchToken({ url, clientId, clientSecret }) {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await expectOk(await fetch(`${url}/oauth/token`, { method: "POST", body }));
  return (await response.json()).access_token;
}

/** Captures the FSMA 204 documents in order; each is final and indexed before the next is sent. */
export async function captureFsma(url, token) {
  const folder = `${process.env.WAYMARK_DATA ?? `${REPOSITORY}../shared/data`}/${FSMA}`;
  const names = (await readdir(folder)).filter((name) => name.endsWith(".jsonld"));
  const place = (name) => ORDER.findIndex((step) => name.startsWith(step));
  for (const name of names.toSorted((left, right) => place(left) - place(right))) {
    const response = await fetch(`${url}/epcis/capture`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/ld+json", Prefer: "wait=20" },
      body: await readFile(`${folder}/${name}`),
    });
    const job = await (await expectOk(response)).json();
    if (job.success !== true) throw new Error(`${name} was not captured: ${JSON.stringify(job)}`);
  }
  return names.length;
}

/** Fetches all events of the tenant, up to one page. */
export async function fetchEvents(url, token) {
  const response = await expectOk(
    await fetch(`${url}/epcis/events?perPage=1000`, { headers: { Authorization: `Bearer ${token}` } }),
  );
  return (await response.json()).epcisBody.queryResults.resultsBody.eventList;
}

/** Fetches the evidence bundle of an event, as text. */
export async function fetchEvidence(url, token, eventId) {
  const path = `/v1/provenance/events/${encodeURIComponent(eventId)}/evidence`;
  const response = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return (await expectOk(response)).text();
}

/** The name of a saved query. */
export const QUERY = "Shipments / 发货";
/** An object with links. */
export const OBJECT = "/01/09506000134352";

/** Stores a query and the links of an object, unless they exist. */
export async function storeQueryAndLinks(url, token) {
  const send = (method, path, type, body) =>
    fetch(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": type },
      body: JSON.stringify(body),
    });
  const query = { eventType: ["ObjectEvent"], EQ_bizStep: ["shipping"], orderBy: "eventTime" };
  const made = await send("POST", "/epcis/queries", "application/json", { name: QUERY, query });
  if (made.status !== 409) await expectOk(made);
  const page = { href: "https://brand.example/rice", title: "Risotto rice" };
  const context = {
    anchor: `https://id.gs1.org${OBJECT}`,
    itemDescription: "Risotto rice",
    "https://ref.gs1.org/voc/defaultLink": [page],
    "https://ref.gs1.org/voc/pip": [
      { ...page, hreflang: ["en"] },
      { href: "https://brand.example/zh/rice", title: "意大利米", hreflang: ["zh"] },
    ],
  };
  const path = `/v1/provenance/links/${encodeURIComponent(OBJECT)}`;
  await expectOk(await send("PUT", path, "application/linkset+json", { linkset: [context] }));
}

/** The vocabulary of the recorded place. */
export const VOCABULARY = "urn:epcglobal:epcis:vtype:ReadPoint";

function placeDocument(id, attributes) {
  const element = {
    id,
    attributes: attributes.map(([name, attribute]) => ({ id: `urn:epcglobal:cbv:mda#${name}`, attribute })),
    children: ["urn:ex:harbour-farm:dock"],
  };
  return {
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: "2026-01-01T00:00:00Z",
    epcisHeader: {
      epcisMasterData: { vocabularyList: [{ type: VOCABULARY, vocabularyElementList: [element] }] },
    },
    epcisBody: { eventList: [] },
  };
}

/** Records two versions of a place. */
export async function recordPlace(url, token, id) {
  for (const street of ["1 Harbour Road", "12 Harbour Road, Building C, opposite the cold store"]) {
    const attributes = [
      ["name", "Harbour farm / 海港农场"],
      ["streetAddressOne", street],
      ["city", "Astoria"],
      ["countryCode", "US"],
    ];
    const response = await fetch(`${url}/epcis/capture`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/ld+json", Prefer: "wait=20" },
      body: JSON.stringify(placeDocument(id, attributes)),
    });
    const job = await (await expectOk(response)).json();
    if (job.success !== true) throw new Error(`${id} was not recorded: ${JSON.stringify(job)}`);
  }
}

/** Captures an event with a new id, waits until it is final, and returns the id. */
export async function captureEvent(url, token) {
  const eventID = `urn:uuid:${crypto.randomUUID()}`;
  const event = {
    type: "ObjectEvent",
    eventID,
    eventTime: "2026-01-01T00:00:00Z",
    eventTimeZoneOffset: "+00:00",
    action: "OBSERVE",
    epcList: ["urn:epc:id:sgtin:0614141.107346.2017"],
    bizStep: "shipping",
  };
  const document = {
    "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: "2026-01-01T00:00:00Z",
    epcisBody: { eventList: [event] },
  };
  const response = await fetch(`${url}/epcis/capture`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/ld+json", Prefer: "wait=20" },
    body: JSON.stringify(document),
  });
  const job = await (await expectOk(response)).json();
  if (job.success !== true) throw new Error(`${eventID} was not captured: ${JSON.stringify(job)}`);
  return eventID;
}

/** What tells the stored webhook from those of scenarios. */
export const WEBHOOK = "Warehouse / 仓库";

/** Stores a webhook that no event of the scenarios is sent to, unless it exists, and returns its id. */
export async function storeWebhook({ url, maySend }, token, receiver) {
  const send = async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const response = await fetch(`${url}/v1/webhooks${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return (await expectOk(response)).json();
  };
  const known = (await send("GET", "")).items.find(({ description }) => description === WEBHOOK);
  if (known !== undefined) return known.id;
  const { id } = await send("POST", "", {
    url: maySend ? receiver.url : "https://receiver.example/a-long-path/for-events-of-the-supply-chain",
    description: WEBHOOK,
    types: ["waymark.native.granted", "waymark.native.transferred"],
  });
  if (!maySend) return id;
  for (const status of [204, 503]) {
    receiver.status = status;
    await send("POST", `/${id}/test`);
  }
  return id;
}

//! The scenarios about lists, master data, saved queries, links, barcodes and downloads. Invariant: what a scenario
//! stores, it deletes; what it records on the ledger stays.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fetchToken, QUERY, VOCABULARY } from "./api.mjs";
import { eventPath, fragment, refuseElement, verdict } from "./page.mjs";

/** An object that no other scenario uses. */
const GTIN = "(01)04012345111118";

async function signIn(page, server) {
  await page.goto(`${server.url}/${await fragment(server)}`);
  await page.getByTestId("client-id").waitFor();
}

/** Clicks what starts a download, and returns its file name and content. */
async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
}

/** Subscribes two receivers that do not exist to the saved query, and returns their addresses. */
async function subscribe(server) {
  const headers = { Authorization: `Bearer ${await fetchToken(server)}`, "Content-Type": "application/json" };
  const requests = [
    { dest: "https://receiver.example/stream", stream: true },
    { dest: "https://receiver.example/nightly", schedule: { hour: "2", minute: "0" } },
  ];
  for (const request of requests) {
    const path = `/epcis/queries/${encodeURIComponent(QUERY)}/subscriptions`;
    const made = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(request),
    });
    assert.equal(made.status, 201, await made.text());
  }
  return requests.map(({ dest }) => dest);
}

export const provenanceScenarios = [
  {
    name: "a value of a list leads to the events that name it",
    async run({ page, server, events }) {
      await signIn(page, server);
      await page.getByRole("link", { name: "Browse" }).click();
      await page.getByRole("link", { name: "Business steps" }).click();
      const steps = [...new Set(events.map(({ bizStep }) => bizStep))].toSorted();
      const table = page.getByRole("table", { name: "Business steps" });
      await table.waitFor();
      assert.deepEqual(await table.getByRole("link").allTextContents(), steps);
      await table.getByRole("link", { name: /receiving/ }).click();
      await page.getByRole("heading", { level: 1, name: "Business step" }).waitFor();
      await page.getByRole("table").waitFor();
      const expected = events.filter(({ bizStep }) => bizStep === "receiving").length;
      assert.equal(await page.getByRole("rowheader").count(), expected);
    },
  },
  {
    name: "master data is recorded, refused at its field, changed, proved, and found from an event",
    async run({ page, server, events, allow }) {
      // An id that is no URI.
      allow(/status of 400/);
      const id = `urn:ex:farm:${Date.now()}`;
      await signIn(page, server);
      await page.getByRole("link", { name: "Master data" }).click();
      await page.getByRole("table", { name: "Master data" }).waitFor();
      await page.getByRole("link", { name: "Record an element" }).click();
      const field = (name) => page.getByRole("textbox", { name, exact: true });
      // Fields with suggestions have the role of a box that opens a list.
      const attribute = page.getByRole("combobox", { name: "Attribute", exact: true });
      await attribute.fill("urn:epcglobal:cbv:mda#city");
      await field("Value").fill("Köln");
      await refuseElement(page);
      assert.equal(await field("Value").inputValue(), "Köln", "what was typed stays");
      await field("Id").fill(id);
      await page.getByRole("button", { name: "Record the element" }).click();
      await page.getByText(/^Recorded and final on the ledger/).waitFor();
      const link = page.getByRole("link", { name: id });
      await link.click();
      const attributes = page.getByRole("region", { name: "Attributes" });
      await attributes.getByRole("cell", { name: "Köln" }).waitFor();
      await page.getByText("The first version", { exact: true }).waitFor();

      await page.getByRole("link", { name: "Record a new version" }).click();
      await field("Value").fill("Bonn");
      await page.getByRole("button", { name: "Record the element" }).click();
      await link.click();
      const history = page.getByRole("region", { name: "History" });
      await history.locator("ins", { hasText: "Bonn" }).waitFor();
      assert.equal(await history.getByRole("rowheader").count(), 2);
      const { tone, text } = await verdict(page);
      assert.equal(tone, "good", text);
      const comparison = page.getByTestId("comparison").getByTestId("verdict");
      await comparison.waitFor();
      assert.equal(await comparison.getAttribute("data-tone"), "good");
      await history.getByRole("rowheader").last().getByRole("link").click();
      await page.getByText("Show the newest version").waitFor();
      await attributes.getByRole("cell", { name: "Köln" }).waitFor();
      assert.equal((await verdict(page)).tone, "good");

      await page.goto(`${server.url}${eventPath(events[0].eventID)}`);
      const panel = page.getByRole("region", { name: "Master data" });
      await panel.getByRole("link").first().click();
      await page.getByRole("heading", { level: 1, name: "Element of master data" }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("vocabulary"), VOCABULARY);
    },
  },
  {
    name: "a search is saved once, finds the same events, and is deleted after a question",
    async run({ page, server, events, allow }) {
      // The second attempt to use one name.
      allow(/status of 409/);
      await signIn(page, server);
      await page.goto(`${server.url}/provenance/events?eventType=AggregationEvent`);
      const save = async () => {
        await page.getByRole("button", { name: "Save this search" }).click();
        await page.getByRole("textbox", { name: "Name" }).fill("Packed / 1");
        await page.keyboard.press("Enter");
      };
      await save();
      const link = page.getByRole("link", { name: "Packed / 1" });
      await link.waitFor();
      await page.reload();
      await save();
      await page.getByText("A query with this name exists", { exact: true }).waitFor();
      assert.equal(await page.getByRole("textbox", { name: "Name" }).getAttribute("aria-invalid"), "true");

      await page.goto(`${server.url}/provenance/queries`);
      await link.click();
      await page.getByRole("heading", { level: 1, name: "Packed / 1" }).waitFor();
      await page.getByRole("table").waitFor();
      const expected = events.filter(({ type }) => type === "AggregationEvent").length;
      assert.equal(await page.getByRole("rowheader").count(), expected);
      await page.getByRole("button", { name: /^Delete the query/ }).click();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Delete the query/ }).click();
      await page.getByRole("button", { name: "Delete it" }).click();
      await page.getByRole("heading", { level: 1, name: "Saved queries" }).waitFor();
      await link.waitFor({ state: "detached" });
    },
  },
  {
    name: "the subscriptions to a saved query are listed with their state, and deleted after a question",
    async run({ page, server, shoot }) {
      const [first, second] = await subscribe(server);
      await signIn(page, server);
      await page.goto(`${server.url}/provenance/queries/${encodeURIComponent(QUERY)}`);
      const table = page.getByRole("table", { name: "Subscriptions" });
      await table.getByRole("row", { name: first }).getByText("active", { exact: true }).waitFor();
      await table.getByRole("row", { name: second }).getByText("minute 0, hour 2").waitFor();
      await shoot("subscriptions");
      for (const receiver of [first, second]) {
        await page.getByRole("button", { name: `Delete the subscription of ${receiver}` }).click();
        await page.getByRole("button", { name: "Delete it" }).click();
        await page.getByText(receiver, { exact: true }).waitFor({ state: "detached" });
      }
      await page.getByText(/^None\. A client subscribes/).waitFor();
    },
  },
  {
    name: "links of a product are stored, refused at their field, answered by the resolver and deleted",
    async run({ page, server, allow }) {
      // An object without links, a wrong identifier, a wrong address, and a deleted link.
      allow(/status of 40[04]/);
      await signIn(page, server);
      await page.getByRole("link", { name: "Links and codes" }).click();
      const identifier = page.getByRole("textbox", { name: "Identifier" });
      await identifier.fill(GTIN.replace(/.$/, "9"));
      await page.keyboard.press("Enter");
      await page.locator("[aria-invalid=true]").waitFor();
      await identifier.fill(GTIN);
      await page.keyboard.press("Enter");
      await page.getByText("This object has no links yet.").waitFor();

      const field = (name) => page.getByRole("textbox", { name, exact: true }).first();
      await field("Name of the object").fill("Beans");
      await field("Title").fill("Beans");
      await field("Languages").fill("english");
      await field("Address").fill("https://brand.example@evil.example/");
      await page.getByRole("button", { name: "Store the links" }).click();
      await page.locator("[aria-invalid=true]").first().waitFor();
      assert.equal(await field("Title").inputValue(), "Beans", "what was typed stays");
      await field("Languages").fill("en");
      await field("Address").fill("https://brand.example/beans");
      await page.getByRole("button", { name: "Store the links" }).click();
      await page.getByText(/^Stored\./).waitFor();

      const scan = page.getByRole("link", { name: "Open where a scan leads" });
      const address = await scan.getAttribute("href");
      const answered = await fetch(address, { redirect: "manual" });
      assert.deepEqual(
        [answered.status, answered.headers.get("location")],
        [307, "https://brand.example/beans"],
      );
      const linkset = await (await fetch(`${address}?linkType=linkset`)).json();
      assert.equal(linkset.linkset[0].itemDescription, "Beans");

      await page.getByRole("img", { name: /^QR code/ }).waitFor();
      const svg = await download(page, page.getByRole("button", { name: "Download the QR code as SVG" }));
      assert.match(svg.content.toString(), /^(<\?xml[^>]*>\s*)?<svg/);
      const png = await download(
        page,
        page.getByRole("button", { name: "Download the GS1 DataMatrix as PNG" }),
      );
      assert.deepEqual(
        [...png.content.subarray(1, 4)],
        [..."PNG"].map((letter) => letter.charCodeAt(0)),
      );
      assert.ok(png.name.startsWith("datamatrix-") && png.name.endsWith(".png"), png.name);

      await page.getByRole("button", { name: /^Delete all links/ }).click();
      await page.getByRole("button", { name: "Delete it" }).click();
      await page.getByText("This object has no links yet.").waitFor();
      assert.equal((await fetch(address, { redirect: "manual" })).status, 404);
    },
  },
  {
    name: "an event shows barcodes and is downloaded as JSON and as XML",
    async run({ page, server, events }) {
      await signIn(page, server);
      await page.goto(`${server.url}${eventPath(events[0].eventID)}`);
      const panel = page.getByRole("region", { name: "Identifiers" });
      await panel.locator("summary").first().click();
      await panel.getByRole("img", { name: /^QR code/ }).waitFor();
      const json = await download(page, page.getByRole("button", { name: "Download the event as JSON" }));
      assert.ok(json.content.toString().includes(events[0].eventID));
      const xml = await download(page, page.getByRole("button", { name: "Download the event as XML" }));
      assert.match(xml.content.toString(), /^<\?xml/);
      assert.deepEqual([json.name, xml.name], ["event.jsonld", "event.xml"]);
    },
  },
];

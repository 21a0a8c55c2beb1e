//! Steps that several scenarios share. Invariant: a step changes nothing on the server.

/** Waits until the proof region shows a verdict, and returns its tone and text. */
export async function verdict(page) {
  const banner = page.getByTestId("proof").getByTestId("verdict");
  await banner.and(page.locator(':not([data-tone="busy"])')).first().waitFor();
  return { tone: await banner.first().getAttribute("data-tone"), text: await banner.first().textContent() };
}

/** The fragment of a new console link, which signs in once. */
export async function fragment(server) {
  return new URL(await server.consoleLink()).hash;
}

/** A file for an input element. */
export function jsonFile(name, text) {
  return { name, mimeType: "application/json", buffer: Buffer.from(text) };
}

/** The address of an event's page. */
export function eventPath(eventId) {
  return `/provenance/events/${encodeURIComponent(eventId)}`;
}

/** The address of the page of an element of master data. */
export function elementPath(id, vocabulary) {
  return `/provenance/master-data/${encodeURIComponent(id)}?vocabulary=${encodeURIComponent(vocabulary)}`;
}

/** Sends links with an address that the gateway refuses, and waits until the fault is shown at its field. */
export async function refuseLinks(page) {
  await page.locator("input[type=url]").first().fill("https://brand.example@evil.example/");
  await page.locator("form:has(input[type=url]) button[type=submit]").click();
  await page.locator("[aria-invalid=true]").first().waitFor();
}

/** Sends an element with an id that the gateway refuses, and waits until the fault is shown at its field. */
export async function refuseElement(page) {
  await page.locator("form input[placeholder*='id.gs1.org']").fill("no URI");
  await page.locator("form:has(fieldset) button[type=submit]").click();
  await page.locator("[aria-invalid=true]").first().waitFor();
}

/** Opens the event stream and waits until it is live; `search` are the filters of the address. */
export async function openStream(page, server, search = "") {
  await page.goto(`${server.url}/event/stream${search}`);
  await page.locator("[data-kind=live]").waitFor();
}

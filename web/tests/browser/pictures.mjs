//! Takes a picture of every page at the widths of a desktop and a phone, in both languages. Invariant: nothing is wider
//! than the screen.

import assert from "node:assert/strict";
import { OBJECT, QUERY, VOCABULARY } from "./api.mjs";
import {
  elementPath,
  eventPath,
  fragment,
  jsonFile,
  openStream,
  refuseElement,
  refuseLinks,
  verdict,
} from "./page.mjs";

const WIDTHS = [1440, 390];
const LANGUAGES = ["en", "zh-CN"];
/** The maximum width at which the layout has a menu button. */
const MENU_WIDTH_MAX = 820;

/** The pages by name; each function opens its page in the state for the picture. */
function pages({ server, events, evidence, webhookId }) {
  const visit = (path) => async (page) => {
    await page.goto(`${server.url}${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  const verifyPage = async (page) => {
    await visit("/verify")(page);
    await page.locator("input[type=file]").first().setInputFiles(jsonFile("bundle.json", evidence));
    await verdict(page);
    await page.locator("details").first().locator("summary").click();
  };
  const record = async (page) => {
    await visit(eventPath(events[0].eventID))(page);
    await verdict(page);
    await page.getByTestId("comparison").getByTestId("verdict").waitFor();
  };
  const object = async (page) => {
    await visit(`/provenance/links/${encodeURIComponent(OBJECT)}`)(page);
    await page.locator("figure img").nth(1).waitFor();
  };
  const refused = async (page) => {
    await object(page);
    await refuseLinks(page);
  };
  const element = async (page) => {
    await visit(elementPath(events[0].readPoint.id, VOCABULARY))(page);
    await verdict(page);
    await page.getByTestId("comparison").getByTestId("verdict").waitFor();
  };
  const elementRefused = async (page) => {
    const search = new URLSearchParams({ id: events[0].readPoint.id, vocabulary: VOCABULARY });
    await visit(`/provenance/master-data/record?${search}`)(page);
    await page.locator("fieldset").nth(3).waitFor();
    await refuseElement(page);
  };
  const barcodes = async (page) => {
    await record(page);
    await page.locator("[aria-labelledby=identifiers] summary").first().click();
    await page.locator("figure img").nth(1).waitFor();
  };
  const stream = async (page) => {
    await openStream(page, server);
    await page.locator("ol > li summary").nth(1).click();
    await page.locator("ol pre").waitFor();
  };
  const newWebhook = async (page) => {
    await visit("/event/webhooks/new")(page);
    await page.locator("form summary").click();
    await page.locator("input[type=url]").fill("https://10.0.0.1/hook");
    await page.locator("form:has(input[type=url]) button[type=submit]").click();
    await page.locator("[aria-invalid=true]").waitFor();
  };
  const webhook = async (page) => {
    await visit(`/event/webhooks/${webhookId}`)(page);
    await page.locator("[aria-labelledby=secrets] table").waitFor();
    await page.locator("[aria-labelledby=attempts] td").first().waitFor();
  };
  return {
    overview: visit("/"),
    validators: visit("/validators"),
    events: visit("/provenance/events"),
    record,
    browse: visit("/provenance/browse?list=bizSteps"),
    "browse-epcs": visit("/provenance/browse"),
    value: visit("/provenance/browse/bizSteps/shipping"),
    "master-data": visit("/provenance/master-data"),
    element,
    "element-refused": elementRefused,
    queries: visit("/provenance/queries"),
    query: visit(`/provenance/queries/${encodeURIComponent(QUERY)}`),
    links: visit("/provenance/links"),
    link: object,
    "link-refused": refused,
    barcodes,
    "event-stream": stream,
    webhooks: visit("/event/webhooks"),
    "webhook-new": newWebhook,
    webhook,
    verify: visit("/verify"),
    verified: verifyPage,
    "sign-in": visit("/sign-in"),
    "not-found": visit("/nowhere"),
  };
}

/** Waits until no loading placeholder is left and the fonts are loaded. */
async function settle(page) {
  await page.waitForFunction(() => document.querySelector(".mantine-Skeleton-root") === null);
  await page.evaluate(() => document.fonts.ready);
}

/** Fails when something is wider than the screen, and names it. */
async function expectNoSidewaysScroll(page, where) {
  const beyond = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isWide = (element) => element.getBoundingClientRect().right > clientWidth + 1;
    return [...document.querySelectorAll("body *")]
      .filter(isWide)
      .map((one) => `${one.tagName} ${one.className}`);
  });
  assert.deepEqual(beyond, [], where);
}

async function shootMenu(page, shoot, name) {
  await page.locator("[aria-controls=navigation]").click();
  await page.locator("#navigation").waitFor();
  await shoot(name);
}

/** One scenario per width and language. */
export const pictureScenarios = WIDTHS.flatMap((width) =>
  LANGUAGES.map((language) => ({
    name: `every page fits its screen: ${width} wide, ${language}`,
    async run({ page, shoot, allow, ...prepared }) {
      // The address of no page, and what the gateway refuses.
      allow(/status of 40[04]/);
      await page.setViewportSize({ width, height: width < MENU_WIDTH_MAX ? 844 : 900 });
      await page.goto(`${prepared.server.url}/${await fragment(prepared.server)}`);
      // On a phone the client id is hidden, but it is in the page.
      await page.getByTestId("client-id").waitFor({ state: "attached" });
      await page.evaluate((tag) => localStorage.setItem("waymark.language", tag), language);
      for (const [name, open] of Object.entries(pages(prepared))) {
        await open(page);
        await settle(page);
        await shoot(`${width}-${language}-${name}`);
        await expectNoSidewaysScroll(page, name);
      }
      if (width < MENU_WIDTH_MAX) await shootMenu(page, shoot, `${width}-${language}-menu`);
    },
  })),
);

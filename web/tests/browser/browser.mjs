//! The browser under test. Invariant: it connects to the server under test only. Any other request, any error on the
//! console and any violation of the page's own policy fails the scenario.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/** The maximum wait for anything on a page. */
const TIMEOUT_MS = 20_000;

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error("no Chromium found; set CHROMIUM to its path");
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * Opens a page with its own storage.
 * @param {import("playwright-core").Browser} browser
 * @param {string} origin The only origin to which the page may connect.
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({
    locale: "en-US",
    timezoneId: "UTC",
    viewport: { width: 1360, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text().slice(0, 300)}`);
  });
  page.on("request", (request) => {
    const { protocol, origin: target } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && target !== origin)
      faults.push(`request to ${target}`);
  });
  return { page, faults, close: () => context.close() };
}

//! Browser tests: real Chromium, real server, real documents. Run with `npm run test:browser`. Words after `--` select
//! the scenarios whose names contain all of them; `--preview` tests the pages of `dist/` instead of those in the
//! binary.

import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  captureFsma,
  fetchEvents,
  fetchEvidence,
  fetchToken,
  recordPlace,
  storeQueryAndLinks,
  storeWebhook,
} from "./api.mjs";
import { openBrowser, openPage } from "./browser.mjs";
import { hasPsql } from "./database.mjs";
import { openPreview } from "./preview.mjs";
import { openReceiver } from "./receiver.mjs";
import { runAll } from "./runner.mjs";
import { scenarios } from "./scenarios.mjs";
import { openServer } from "./server.mjs";

const PICTURES = fileURLToPath(new URL("../../test-results/", import.meta.url));

async function prepare(server, receiver) {
  const token = await fetchToken(server);
  const documents = await captureFsma(server.url, token);
  const events = await fetchEvents(server.url, token);
  await storeQueryAndLinks(server.url, token);
  await recordPlace(server.url, token, events[0].readPoint.id);
  const webhookId = await storeWebhook(server, token, receiver);
  console.log(`captured ${documents} documents, the tenant has ${events.length} events`);
  return { events, webhookId, evidence: await fetchEvidence(server.url, token, events[0].eventID) };
}

async function main() {
  const { values, positionals: words } = parseArgs({
    options: { preview: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const wanted = scenarios.filter(({ name }) => words.every((word) => name.includes(word)));
  await rm(PICTURES, { recursive: true, force: true });
  await mkdir(PICTURES, { recursive: true });
  const receiver = await openReceiver();
  let [server, browser] = [null, null];
  try {
    server = await openServer(receiver);
    if (values.preview) server = await openPreview(server);
    browser = await openBrowser();
    const prepared = await prepare(server, receiver);
    const hasDatabase = server.databaseUrl !== null && (await hasPsql());
    // The database of a given server must not be changed.
    const chosen = wanted.filter(
      ({ needsDatabase, needsReceiver }) =>
        (!needsDatabase || hasDatabase) && (!needsReceiver || server.maySend),
    );
    for (const { name } of wanted.filter((scenario) => !chosen.includes(scenario))) {
      console.log(`  not run: ${name} (a given server, or no psql)`);
    }
    return await runAll(chosen, async (scenario) => {
      const { page, faults, close } = await openPage(browser, new URL(server.url).origin);
      const allowed = [];
      const shoot = (name) => page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true });
      try {
        await scenario.run({
          page,
          server,
          receiver,
          ...prepared,
          shoot,
          allow: (pattern) => allowed.push(pattern),
        });
        const unexpected = faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault)));
        if (unexpected.length > 0) throw new Error(`the page reported errors:\n${unexpected.join("\n")}`);
      } catch (error) {
        await shoot(`failed-${scenarios.indexOf(scenario)}`).catch(() => {});
        throw error;
      } finally {
        await close();
      }
    });
  } finally {
    await browser?.close();
    await server?.stop();
    await receiver.stop();
  }
}

process.exitCode = (await main()) ? 0 : 1;

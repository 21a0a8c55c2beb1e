//! The scenarios about the event stream. Invariant: a scenario records new events only, and tells them by their ids.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { captureEvent, fetchToken } from "./api.mjs";
import { fragment, openStream, verdict } from "./page.mjs";

/** The numbers of the list, from top to bottom. */
async function numbers(page) {
  const texts = await page.locator("ol > li summary > span:first-child").allTextContents();
  return texts.map((text) => Number(text.replaceAll(/\D/g, "")));
}

/** Fails unless the numbers descend without gaps. */
function expectDense(found) {
  const expected = found.map((_, index) => found[0] - index);
  assert.deepEqual(found, expected, "newest first, none missing, none twice");
}

export const eventScenarios = [
  {
    name: "events appear as they become final, wait while the list is paused, and lead to record and evidence",
    async run({ page, server, shoot }) {
      const token = await fetchToken(server);
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      await page.getByRole("link", { name: "Event stream" }).click();
      await page.locator("[data-kind=live]").waitFor();
      const first = await captureEvent(server.url, token);
      await page.getByText(first, { exact: true }).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      const before = await numbers(page);
      const later = [await captureEvent(server.url, token), await captureEvent(server.url, token)];
      await page.getByRole("button", { name: "Resume 2 waiting" }).waitFor();
      assert.deepEqual(await numbers(page), before, "a paused list stays as it is");
      await shoot("event-stream-paused");
      await page.getByRole("button", { name: /^Resume/ }).press("Enter");
      await page.getByText(later[1], { exact: true }).waitFor();
      const after = await numbers(page);
      assert.deepEqual(after.slice(2), before.slice(0, after.length - 2));
      expectDense(after);

      const newest = page.locator("ol > li").first();
      await newest.locator("summary").press("Enter");
      await newest.getByText('"bizStep": "shipping"').waitFor();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        newest.getByRole("button", { name: /^Download the evidence/ }).click(),
      ]);
      assert.ok((await readFile(await file.path(), "utf8")).includes(later[1]));
      await newest.getByRole("link", { name: "Open the event and its proof" }).click();
      assert.equal((await verdict(page)).tone, "good");
    },
  },
  {
    name: "without a stream, events are read as pages, and the stream goes on after them",
    async run({ page, server, allow }) {
      // The streams that are cut off.
      allow(/ERR_FAILED/);
      const token = await fetchToken(server);
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      const streams = /\/v1\/events\/stream/;
      await page.route(streams, (route) => route.abort());
      await page.goto(`${server.url}/event/stream`);
      await page.locator("[data-kind=polling]").waitFor();
      const polled = await captureEvent(server.url, token);
      await page.getByText(polled, { exact: true }).waitFor();
      await page.unroute(streams);
      await page.locator("[data-kind=live]").waitFor();
      const streamed = await captureEvent(server.url, token);
      await page.getByText(streamed, { exact: true }).waitFor();
      expectDense(await numbers(page));
    },
  },
  {
    name: "the filters of the stream are in the address, and earlier events are read on request",
    async run({ page, server }) {
      const token = await fetchToken(server);
      const id = await captureEvent(server.url, token);
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      await openStream(page, server, `?subject=${encodeURIComponent(id)}`);
      await page.getByText(id, { exact: true }).waitFor();
      assert.equal((await numbers(page)).length, 1);
      await page.getByRole("textbox", { name: "Subject" }).fill("");
      await page.locator("summary", { hasText: "Types" }).press("Enter");
      await page.getByRole("checkbox", { name: "master_data_recorded" }).press("Space");
      await page.getByRole("button", { name: "Apply" }).click();
      await page.waitForURL((url) => url.search === "?type=waymark.provenance.master_data_recorded");
      await page.getByText("Types: 1 chosen").waitFor();
      await page.getByText("provenance.master_data_recorded").first().waitFor();
      const shown = await page.locator("ol > li summary > span:nth-child(2)").allTextContents();
      assert.deepEqual([...new Set(shown)], ["provenance.master_data_recorded"]);
      await page.goBack();
      await page.getByText(id, { exact: true }).waitFor();
    },
  },
];

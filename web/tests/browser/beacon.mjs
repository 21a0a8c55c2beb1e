//! Compares the beacon on the validators page with the API. Invariant: the comparison only reads.

import assert from "node:assert/strict";

/** Checks that the panels show the epoch, its randomness and a row per bond, or that the chain has no beacon. */
export async function expectBeacon(page, url) {
  const read = async () => (await (await fetch(`${url}/v1/ledger/network`)).json()).beacon;
  let beacon = await read();
  if (beacon === null) {
    await page.getByRole("heading", { name: "The validators of this chain never change" }).waitFor();
    return;
  }
  // Epochs change meanwhile, so the page and the API are read until both show the same one.
  const shown = page.getByRole("region", { name: "Randomness" }).locator("dd code").first();
  while ((await shown.getAttribute("title")) !== beacon.randomness) {
    await page.waitForResponse((response) => response.url().endsWith("/v1/ledger/network"));
    beacon = await read();
  }
  const epoch = page.getByRole("region", { name: /^Epoch \d+$/ });
  const progress = epoch.getByRole("progressbar");
  assert.equal(await progress.getAttribute("max"), `${beacon.epoch_blocks}`);
  assert.equal(await epoch.getByText(/of at least/).count(), 1);
  const rows = (name) => page.getByRole("region", { name, exact: true }).first().getByRole("rowheader");
  const seated = beacon.validators.filter(({ index }) => index !== null);
  assert.equal(await rows("Randomness").count(), seated.length);
  assert.equal(await rows("Bonds and believability").count(), beacon.validators.length);
  const bonds = page.getByRole("region", { name: "Bonds and believability" });
  for (const { key } of beacon.validators) await bonds.getByTitle(key).waitFor();
  const leaders = beacon.validators.filter(({ in_league: isIn }) => isIn).length;
  assert.equal(await bonds.getByText("believable league", { exact: true }).count(), leaders);
  await page.getByRole("heading", { name: "Convictions" }).waitFor();
  await page.getByRole("heading", { name: "Messages between shards" }).waitFor();
}

//! The scenarios about webhooks. Invariant: a scenario deletes the webhook that it made.

import assert from "node:assert/strict";
import { captureEvent, fetchToken } from "./api.mjs";
import { fragment } from "./page.mjs";
import { isSignedWith } from "./receiver.mjs";

/** The longest wait for a webhook, in milliseconds, and the pause between two looks. */
const ARRIVAL_MS_MAX = 20_000;
const LOOK_MS = 50;

/** Waits until something that `matches` has arrived, and returns it. */
async function arrived(receiver, matches) {
  for (const until = Date.now() + ARRIVAL_MS_MAX; Date.now() < until; ) {
    const found = receiver.received.find(matches);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`no such webhook arrived within ${ARRIVAL_MS_MAX} ms`);
}

async function signIn(page, server) {
  await page.goto(`${server.url}/${await fragment(server)}`);
  await page.getByTestId("client-id").waitFor();
}

/** Fills in the form of a new webhook, and returns the secret that is shown. */
async function makeWebhook(page, url) {
  await page.getByRole("link", { name: "Webhooks" }).first().click();
  await page.getByRole("link", { name: "New webhook" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill(url);
  await page.getByRole("textbox", { name: "Description" }).fill("Browser test");
  await page.locator("form summary").press("Enter");
  await page.getByRole("checkbox", { name: "event_captured" }).press("Space");
  await page.getByRole("button", { name: "Create the webhook" }).press("Enter");
  const once = page.getByRole("region", { name: "The new secret" });
  await once.waitFor();
  assert.equal(await once.getByRole("heading").evaluate((one) => one === document.activeElement), true);
  return once.locator("pre").textContent();
}

async function deleteWebhook(page) {
  await page.getByRole("button", { name: /^Delete the webhook/ }).click();
  await page.getByRole("button", { name: "Delete it" }).click();
  await page.getByRole("heading", { level: 1, name: "Webhooks" }).waitFor();
}

export const webhookScenarios = [
  {
    name: "a webhook is made with a secret shown once, tested, rotated, disabled, enabled and deleted",
    needsReceiver: true,
    async run({ page, server, receiver, shoot }) {
      receiver.status = 204;
      // The tests of the stored webhook are signed with another secret.
      receiver.received.length = 0;
      await signIn(page, server);
      const secret = await makeWebhook(page, receiver.url);
      assert.match(secret, /^whsec_/);
      await shoot("webhook-secret");
      await page.getByRole("link", { name: "Open the webhook" }).click();
      const endpoint = page.getByRole("region", { name: "Endpoint" });
      await endpoint.getByText("enabled", { exact: true }).waitFor();
      assert.equal(await page.getByText(secret).count(), 0, "the secret is not shown again");

      await page.getByRole("button", { name: "Send a test event" }).click();
      await endpoint.getByText(/HTTP 204/).waitFor();
      const isTest = ({ body }) => JSON.parse(body).type === "waymark.webhook.test";
      assert.ok(isSignedWith(secret, await arrived(receiver, isTest)));
      const attempts = page.getByRole("table", { name: "Attempts" });
      await attempts.getByText("HTTP 204").first().waitFor();

      const secrets = page.getByRole("region", { name: "Secrets" });
      await secrets.getByRole("button", { name: "Make a new secret" }).click();
      const next = await secrets.locator("pre").textContent();
      assert.notEqual(next, secret);
      await secrets.getByRole("row").nth(2).waitFor();
      receiver.received.length = 0;
      await page.getByRole("button", { name: "Send a test event" }).click();
      const signedTwice = await arrived(receiver, isTest);
      assert.ok(
        isSignedWith(secret, signedTwice) && isSignedWith(next, signedTwice),
        "both secrets are valid",
      );

      await page.getByRole("button", { name: "Disable" }).click();
      await endpoint.getByText("disabled by request").waitFor();
      await page.getByRole("button", { name: "Enable" }).click();
      await endpoint.getByText("enabled", { exact: true }).waitFor();
      await deleteWebhook(page);
      await page.getByText("Browser test").waitFor({ state: "detached" });
    },
  },
  {
    name: "an address that is not public is refused at its field, and what was typed stays",
    async run({ page, server, allow }) {
      allow(/status of 400/);
      await signIn(page, server);
      await page.goto(`${server.url}/event/webhooks/new`);
      const address = page.getByRole("textbox", { name: "Address" });
      await address.fill("https://10.0.0.1/hook");
      await page.keyboard.press("Enter");
      await page.locator("[aria-invalid=true]").waitFor();
      assert.equal(await address.inputValue(), "https://10.0.0.1/hook");
      await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "url");
    },
  },
  {
    name: "webhooks arrive as events become final, a range is sent again, and a receiver that wants no more is left",
    needsReceiver: true,
    async run({ page, server, receiver, shoot }) {
      receiver.status = 204;
      receiver.received.length = 0;
      const token = await fetchToken(server);
      await signIn(page, server);
      const secret = await makeWebhook(page, receiver.url);
      await page.getByRole("link", { name: "Open the webhook" }).click();
      const endpoint = page.getByRole("region", { name: "Endpoint" });
      await endpoint.waitFor();
      const id = await captureEvent(server.url, token);
      const webhook = await arrived(receiver, ({ body }) => JSON.parse(body).subject === id);
      assert.ok(isSignedWith(secret, webhook));
      const { id: number } = JSON.parse(webhook.body);
      const attempts = page.getByRole("table", { name: "Attempts" });
      await attempts.getByText("delivered", { exact: true }).first().waitFor();

      receiver.received.length = 0;
      await page.getByRole("textbox", { name: "From number" }).fill(number);
      await page.getByRole("textbox", { name: "To number" }).fill(number);
      await page.getByRole("region", { name: "Send a range again" }).getByRole("button").click();
      const again = await arrived(receiver, ({ body }) => JSON.parse(body).subject === id);
      assert.equal(again.headers["webhook-id"], webhook.headers["webhook-id"], "the id stays");

      receiver.status = 410;
      await captureEvent(server.url, token);
      await endpoint.getByText("disabled: the receiver answered 410").waitFor();
      await attempts.getByText("HTTP 410").first().waitFor();
      await shoot("webhook-gone");
      await deleteWebhook(page);
    },
  },
];

//! The scenarios: a reader's actions in the console, in a real browser against a real server.

import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { OBJECT, QUERY, VOCABULARY } from "./api.mjs";
import { expectBeacon } from "./beacon.mjs";
import { corruptBizStep, restoreDocument } from "./database.mjs";
import { eventScenarios } from "./events.mjs";
import { elementPath, eventPath, fragment, jsonFile, refuseLinks, verdict } from "./page.mjs";
import { pictureScenarios } from "./pictures.mjs";
import { provenanceScenarios } from "./provenance.mjs";
import { webhookScenarios } from "./webhooks.mjs";

/** Changes one character of the first disclosed text value. */
function tamperWithValue(bundle) {
  const changed = structuredClone(bundle);
  const field = changed.record.body.fields.find(({ value }) => /^"[^"\\]{2,}"$/.test(value ?? ""));
  const last = field.value.at(-2);
  field.value = `${field.value.slice(0, -2)}${last === "x" ? "y" : "x"}"`;
  return JSON.stringify(changed);
}

/** The scenarios, in order; each gets `{ page, server, events, evidence, shoot }`. */
export const scenarios = [
  {
    name: "a console link signs in and leaves no secret in the address",
    async run({ page, server, shoot }) {
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      assert.equal(page.url(), `${server.url}/`);
      assert.ok(
        !(await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))).includes(
          server.clientSecret,
        ),
      );
      await page
        .getByRole("link", { name: /^Open / })
        .first()
        .waitFor();
      await shoot("overview");
    },
  },
  {
    name: "a console link works once, and asks before it replaces a session",
    async run({ page, server, allow }) {
      allow(/403/);
      const link = `${server.url}/${await fragment(server)}`;
      await page.goto(link);
      const shown = page.getByTestId("client-id");
      const first = await shown.getAttribute("title");
      await page.goto(`${server.url}/validators${await fragment(server)}`);
      await page.getByRole("button", { name: "Stay signed in" }).click();
      await page.waitForURL(`${server.url}/validators`);
      assert.equal(await shown.getAttribute("title"), first, "nothing changed without consent");
      await page.goto(`${server.url}/validators${await fragment(server)}`);
      await page.getByRole("button", { name: "Sign in with the link" }).click();
      await page.waitForURL(`${server.url}/validators`);
      await page.waitForFunction(
        (id) => document.querySelector("[data-testid=client-id]")?.title !== id,
        first,
      );
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(link);
      await page.getByText("The link is used or expired").waitFor();
    },
  },
  {
    name: "signing out forgets the token and what it showed",
    async run({ page, server }) {
      await page.goto(`${server.url}/provenance/events${await fragment(server)}`);
      await page
        .getByRole("link", { name: /^Open / })
        .first()
        .waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("Sign in to see your tenant's records").waitFor();
      assert.equal(await page.getByRole("link", { name: /^Open / }).count(), 0);
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
      await page.reload();
      await page.getByText("Sign in to see your tenant's records").waitFor();
    },
  },
  {
    name: "a wrong secret is refused with a message and stays on the page",
    async run({ page, server, allow }) {
      allow(/401|400/);
      await page.goto(`${server.url}/sign-in`);
      await page.getByLabel("Client id").fill(server.clientId);
      await page.getByRole("textbox", { name: "Client secret" }).fill("wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
      assert.equal(new URL(page.url()).pathname, "/sign-in");
    },
  },
  {
    name: "the validators page is public and stays current",
    async run({ page, server, shoot }) {
      const network = await (await fetch(`${server.url}/v1/ledger/network`)).json();
      await page.goto(`${server.url}/`);
      await page.getByRole("link", { name: "Validators" }).click();
      await page.waitForFunction(() => document.activeElement?.textContent === "Validators");
      const members = page.getByRole("region", { name: "Validators by shard" });
      await members.getByRole("rowheader").first().waitFor();
      assert.equal(await members.getByRole("rowheader").count(), network.validators.length);
      for (const { key } of network.validators) await members.getByTitle(key).waitFor();
      assert.ok((await members.getByText("signed the newest").count()) > 0);
      const alone = await page.getByText("This chain has one validator").count();
      assert.equal(alone, network.validators.length === 1 ? 1 : 0);
      const again = await page.waitForResponse((response) => response.url().endsWith("/v1/ledger/network"));
      assert.equal(again.status(), 200);
      await expectBeacon(page, server.url);
      await shoot("validators");
    },
  },
  {
    name: "a record proves itself in the browser and matches its row",
    async run({ page, server, events, shoot }) {
      await page.goto(`${server.url}${eventPath(events[0].eventID)}${await fragment(server)}`);
      const { tone, text } = await verdict(page);
      assert.equal(tone, "good", text);
      assert.match(text, /Verified in this browser/);
      const comparison = page.getByTestId("comparison").getByTestId("verdict");
      await comparison.waitFor();
      assert.equal(await comparison.getAttribute("data-tone"), "good", await comparison.textContent());
      await shoot("record");
    },
  },
  {
    name: "every captured event proves itself",
    async run({ page, server, events }) {
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      for (const { eventID } of events) {
        await page.goto(`${server.url}${eventPath(eventID)}`);
        const { tone, text } = await verdict(page);
        assert.equal(tone, "good", `${eventID}: ${text}`);
      }
    },
  },
  {
    name: "filters narrow the list and are in the address",
    async run({ page, server, events, shoot }) {
      const type = events.find((event) => event.type === "TransformationEvent")?.type ?? events[0].type;
      await page.goto(`${server.url}/provenance/events${await fragment(server)}`);
      await page
        .getByRole("link", { name: /^Open / })
        .first()
        .waitFor();
      await page.getByLabel("Event type").selectOption(type);
      await page.getByRole("button", { name: "Apply" }).click();
      await page.waitForURL((url) => url.searchParams.get("eventType") === type);
      const wanted = events.filter((event) => event.type === type).length;
      await page.waitForFunction((count) => document.querySelectorAll("tbody tr").length === count, wanted);
      await shoot("events");
      await page.goBack();
      await page.waitForFunction(
        (count) => document.querySelectorAll("tbody tr").length === count,
        Math.min(events.length, 30),
      );
    },
  },
  {
    name: "a downloaded proof verifies on the Verify page without a request",
    async run({ page, server, events, shoot }) {
      await page.goto(`${server.url}${eventPath(events[0].eventID)}${await fragment(server)}`);
      assert.equal((await verdict(page)).tone, "good");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download proof" }).click(),
      ]);
      const path = await download.path();
      await page.goto(`${server.url}/verify`);
      await page.getByRole("button", { name: "Choose a bundle file" }).waitFor();
      const requests = [];
      page.on("request", (request) => requests.push(request.url()));
      await page.context().setOffline(true);
      await page.locator("input[type=file]").first().setInputFiles(path);
      const { tone, text } = await verdict(page);
      assert.equal(tone, "good", text);
      assert.deepEqual(requests, []);
      await shoot("verified");
    },
  },
  {
    name: "one changed byte of a disclosed value is found and the step is named",
    async run({ page, server, evidence, shoot }) {
      await page.goto(`${server.url}/verify`);
      await page
        .locator("input[type=file]")
        .first()
        .setInputFiles(jsonFile("bundle.json", tamperWithValue(JSON.parse(evidence))));
      const { tone, text } = await verdict(page);
      assert.equal(tone, "bad");
      assert.match(text, /Tampered/);
      assert.match(text, /fields/);
      await page.locator('[data-step="fields"][data-mark="failed"]').waitFor();
      await page.locator('[data-step="certificate"][data-mark="none"]').waitFor();
      await shoot("tampered");
    },
  },
  {
    name: "an anchor pins the chain, and another chain's anchor is not trusted",
    async run({ page, server, evidence }) {
      const anchor = await (await fetch(`${server.url}/v1/ledger/anchor`)).text();
      await page.goto(`${server.url}/verify`);
      await page.locator("input[type=file]").first().setInputFiles(jsonFile("bundle.json", evidence));
      const alone = await verdict(page);
      assert.equal(alone.tone, "good");
      assert.match(alone.text, /on the word of the chain that the bundle names; pin it with an anchor file/);
      await page.locator("input[type=file]").nth(1).setInputFiles(jsonFile("anchor.json", anchor));
      await page.locator('[data-step="anchor"][data-mark="ok"]').waitFor();
      const pinned = await verdict(page);
      assert.equal(pinned.tone, "good");
      assert.doesNotMatch(pinned.text, /on the word of the chain/);
      const wrong = JSON.stringify({ ...JSON.parse(anchor), chain_id: Buffer.alloc(32).toString("base64") });
      await page.getByRole("button", { name: "Remove the anchor" }).click();
      await page.locator("input[type=file]").nth(1).setInputFiles(jsonFile("anchor.json", wrong));
      await page.getByText("The file anchor.json is not an anchor").waitFor();
      await page.locator("input[type=file]").first().setInputFiles(jsonFile("bundle.json", evidence));
      assert.equal((await verdict(page)).tone, "good");
      assert.equal(await page.getByTestId("anchor-problem").isVisible(), true);
    },
  },
  {
    name: "on a phone the menu opens from a button, and closes with Escape and with a new page",
    async run({ page, server }) {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${server.url}/`);
      const button = page.getByRole("button", { name: "Menu" });
      const navigation = page.getByRole("navigation", { name: "Main navigation" });
      await button.waitFor();
      assert.equal(await navigation.isVisible(), false);
      await button.click();
      await navigation.waitFor();
      await page.keyboard.press("Escape");
      await navigation.waitFor({ state: "hidden" });
      assert.equal(await button.evaluate((element) => element === document.activeElement), true);
      await button.click();
      await navigation.getByRole("link", { name: "Verify" }).click();
      await page.getByRole("heading", { level: 1, name: "Verify a bundle" }).waitFor();
      await navigation.waitFor({ state: "hidden" });
      const { height } = await page.getByRole("banner").boundingBox();
      assert.ok(height < 56, `the header is one row, ${height} px`);
    },
  },
  {
    name: "Chinese is one choice away and stays chosen",
    async run({ page, server, shoot }) {
      await page.goto(`${server.url}/verify`);
      await page.getByLabel("Language").selectOption("zh-CN");
      await page.getByRole("heading", { level: 1, name: "验证证据包" }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
      await page.reload();
      await page.getByRole("heading", { level: 1, name: "验证证据包" }).waitFor();
      await shoot("chinese");
      await page.getByLabel("语言").selectOption("en");
      await page.getByRole("heading", { level: 1, name: "Verify a bundle" }).waitFor();
    },
  },
  {
    name: "the Verify page works by keyboard alone",
    async run({ page, server, evidence }) {
      // The listener is added at the start, because the browser takes a moment until it hands over its file dialogs.
      const chosen = page.waitForEvent("filechooser");
      chosen.catch(() => {}); // reported below, where it is awaited
      await page.goto(`${server.url}/`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator("body").press("Home");
      await pressUntil(page, "Tab", (element) => element.getAttribute("href") === "/verify");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/verify");
      await page.waitForFunction(() => document.activeElement?.textContent === "Verify a bundle");
      await pressUntil(page, "Tab", (element) => element.textContent === "Choose a bundle file");
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, "none", "the focus is visible");
      await page.keyboard.press("Enter");
      await (await chosen).setFiles(jsonFile("bundle.json", evidence));
      assert.equal((await verdict(page)).tone, "good");
      assert.equal(await page.getByTestId("proof").getAttribute("aria-live"), "polite");
      await pressUntil(page, "Tab", (element) => element.tagName === "SUMMARY");
      await page.keyboard.press("Enter");
      await page.locator("details[open] td").first().waitFor();
    },
  },
  {
    name: "no page has a serious accessibility fault, light or dark, wide or narrow, in either language",
    async run({ page, server, events, evidence, webhookId, allow }) {
      // The links that the gateway refuses.
      allow(/status of 400/);
      const records = [eventPath(events[0].eventID), elementPath(events[0].readPoint.id, VOCABULARY)];
      const paths = [
        "/",
        "/validators",
        "/provenance/events",
        ...records,
        "/provenance/master-data",
        "/provenance/master-data/record",
        "/provenance/browse",
        "/provenance/browse/bizSteps/shipping",
        "/provenance/queries",
        `/provenance/queries/${encodeURIComponent(QUERY)}`,
        "/provenance/links",
        `/provenance/links/${encodeURIComponent(OBJECT)}`,
        "/event/stream",
        "/event/webhooks",
        "/event/webhooks/new",
        `/event/webhooks/${webhookId}`,
        "/verify",
        "/sign-in",
        "/nowhere",
      ];
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      for (const { scheme, language, width } of [
        { scheme: "light", language: "en", width: 1360 },
        { scheme: "light", language: "en", width: 390 },
        { scheme: "dark", language: "zh-CN", width: 1360 },
      ]) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate((tag) => localStorage.setItem("waymark.language", tag), language);
        await page.emulateMedia({ colorScheme: scheme });
        for (const path of paths) {
          await page.goto(`${server.url}${path}`);
          await page.getByRole("heading", { level: 1 }).waitFor();
          if (path === "/verify") {
            await page.locator("input[type=file]").first().setInputFiles(jsonFile("b.json", evidence));
          }
          if (path === "/verify" || records.includes(path)) await verdict(page);
          if (path === "/provenance/queries") {
            await page.getByRole("table").getByRole("button").first().click();
            await page.getByRole("alertdialog").waitFor();
          }
          if (path.startsWith("/provenance/links/")) await page.locator("figure img").nth(1).waitFor();
          if (path.startsWith("/event/webhooks/hook_")) await page.getByRole("table").nth(1).waitFor();
          if (path === "/event/stream") {
            await page.locator("[data-kind=live]").waitFor();
            await page.locator("form summary").click();
            await page.locator("ol > li summary").first().click();
          }
          await expectAccessible(page, `${path} ${scheme} ${language} ${width}`);
          if (path.startsWith("/provenance/links/")) {
            await refuseLinks(page);
            await expectAccessible(page, `${path} refused ${scheme} ${language} ${width}`);
          }
        }
      }
    },
  },
  {
    name: "an unknown event is reported, with what is safe",
    async run({ page, server, allow }) {
      allow(/404/);
      await page.goto(
        `${server.url}${eventPath("urn:uuid:00000000-0000-4000-8000-00000000dead")}${await fragment(server)}`,
      );
      await page.getByRole("alert").first().waitFor();
      await page.getByText("There is no event with this id here").first().waitFor();
      assert.equal(await page.getByText(/Verified in this browser/).count(), 0);
    },
  },
  {
    name: "an event id with special characters keeps its address through a reload",
    async run({ page, server, allow }) {
      allow(/404/);
      const id = "ni:///sha-256;00ff?ver=CBV2.0&a=%2F#x";
      await page.goto(`${server.url}${eventPath(id)}${await fragment(server)}`);
      await page.getByText(id, { exact: true }).waitFor();
      await page.reload();
      await page.getByText(id, { exact: true }).waitFor();
    },
  },
  {
    name: "a row corrupted in Postgres is shown as not matching, by field",
    needsDatabase: true,
    async run({ page, server, events, shoot }) {
      const event = events.find(({ bizStep }) => typeof bizStep === "string");
      const original = await corruptBizStep(server.databaseUrl, event);
      try {
        await page.goto(`${server.url}${eventPath(event.eventID)}${await fragment(server)}`);
        const { tone, text } = await verdict(page);
        assert.equal(tone, "good", `the record on the ledger still verifies: ${text}`);
        const comparison = page.getByTestId("comparison").getByTestId("verdict");
        await comparison.waitFor();
        assert.equal(await comparison.getAttribute("data-tone"), "bad");
        assert.match(await comparison.textContent(), /The row does not match the ledger\s*\/bizStep/);
        await shoot("mismatch");
      } finally {
        await restoreDocument(server.databaseUrl, event, original);
      }
    },
  },
  {
    name: "the REST reference shows this server's operations",
    async run({ page, server, shoot }) {
      await page.goto(`${server.url}/docs/`);
      await page.locator(".opblock").first().waitFor();
      await page.getByText("/epcis/capture", { exact: true }).first().waitFor();
      await shoot("docs");
    },
  },
  {
    name: "GraphiQL asks this server with the session's token",
    async run({ page, server, shoot }) {
      await page.goto(`${server.url}/${await fragment(server)}`);
      await page.getByTestId("client-id").waitFor();
      await page.goto(`${server.url}/graphiql/`);
      // GraphiQL shows its button before its editors are loaded, and a click without them has no effect. So this waits
      // for the query first. The result's editor is created in the same step and may be drawn later.
      await page.locator(".graphiql-query-editor").getByText("__typename").first().waitFor();
      await page.locator(".result-window .monaco-editor").first().waitFor();
      await page.getByRole("button", { name: /execute query/i }).click();
      await page.locator(".result-window").getByText("__typename").first().waitFor();
      await shoot("graphiql");
    },
  },
  ...provenanceScenarios,
  ...eventScenarios,
  ...webhookScenarios,
  ...pictureScenarios,
];

/** The maximum number of key presses to reach an element. */
const KEYS_MAX = 60;

async function pressUntil(page, key, matches) {
  for (let count = 0; count < KEYS_MAX; count += 1) {
    await page.keyboard.press(key);
    const handle = await page.evaluateHandle(() => document.activeElement);
    if (await handle.evaluate(matches)) return;
  }
  throw new Error(`${KEYS_MAX} times ${key} did not reach the element`);
}

async function expectAccessible(page, where) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const shown = grave.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`,
  );
  assert.deepEqual(shown, [], where);
}

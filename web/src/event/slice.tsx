//! The console's parts of events: what becomes final for a tenant, and where it is sent. Invariant: the console uses
//! them only through this value.

import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../shell/root-route.ts";
import type { Slice } from "../shell/slice.ts";
import { EventStreamPage } from "./stream/EventStreamPage.tsx";
import { readEventSearch } from "./stream/event-search.ts";
import { NewWebhookPage } from "./webhook/NewWebhookPage.tsx";
import { WebhookListPage } from "./webhook/WebhookListPage.tsx";
import { WebhookPage } from "./webhook/WebhookPage.tsx";
import { readListSearch, readWebhookSearch } from "./webhook/webhooks.ts";
import { words } from "./words.ts";

const stream = createRoute({
  getParentRoute: () => rootRoute,
  path: "/event/stream",
  validateSearch: readEventSearch,
  component: EventStreamPage,
});

const webhooks = createRoute({
  getParentRoute: () => rootRoute,
  path: "/event/webhooks",
  validateSearch: readListSearch,
  component: WebhookListPage,
});

/** No id of a webhook is this word. */
const newWebhook = createRoute({
  getParentRoute: () => rootRoute,
  path: "/event/webhooks/new",
  component: NewWebhookPage,
});

const webhook = createRoute({
  getParentRoute: () => rootRoute,
  path: "/event/webhooks/$webhookId",
  validateSearch: readWebhookSearch,
  component: WebhookPage,
});

/** Events and webhooks. */
export const event = {
  name: "event",
  routes: [stream, webhooks, newWebhook, webhook],
  navigation: [
    { route: stream, label: "event.stream.title" },
    { route: webhooks, label: "event.webhooks.title" },
  ],
  words,
} as const satisfies Slice;

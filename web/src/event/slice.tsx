//! The console's parts of events: what becomes final for a tenant. Invariant: the console uses
//! them only through this value.

import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../shell/root-route.ts";
import type { Slice } from "../shell/slice.ts";
import { EventStreamPage } from "./stream/EventStreamPage.tsx";
import { readEventSearch } from "./stream/event-search.ts";
import { words } from "./words.ts";

const stream = createRoute({
  getParentRoute: () => rootRoute,
  path: "/event/stream",
  validateSearch: readEventSearch,
  component: EventStreamPage,
});

/** Events. */
export const event = {
  name: "event",
  routes: [stream],
  navigation: [{ route: stream, label: "event.stream.title" }],
  words,
} as const satisfies Slice;

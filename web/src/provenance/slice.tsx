//! The console's parts of the domain provenance: routes, navigation, panel and texts. Invariant: the console uses this
//! domain only through this value.

import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../shell/root-route.ts";
import type { Slice } from "../shell/slice.ts";
import { EventListPage } from "./EventListPage.tsx";
import { EventPage } from "./EventPage.tsx";
import { readEventSearch } from "./event-search.ts";
import { RecentEvents } from "./RecentEvents.tsx";
import { words } from "./words.ts";

const events = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/events",
  validateSearch: readEventSearch,
  component: EventListPage,
});

const event = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/events/$eventId",
  component: EventPage,
});

/** The domain provenance. */
export const provenance = {
  name: "provenance",
  routes: [events, event],
  navigation: [{ route: events, label: "provenance.events.title" }],
  RecentPanel: RecentEvents,
  evidencePath: "/v1/provenance/events/$EVENT_ID_ENCODED/evidence",
  words,
} as const satisfies Slice;

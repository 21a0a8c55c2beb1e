//! The console's parts of the domain provenance: routes, navigation, panel and texts. Invariant: the console uses this
//! domain only through this value.

import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../shell/root-route.ts";
import type { Slice } from "../shell/slice.ts";
import { BrowsePage } from "./browse/BrowsePage.tsx";
import { readBrowseSearch, readPageSearch } from "./browse/resource.ts";
import { ValuePage } from "./browse/ValuePage.tsx";
import { EventListPage } from "./EventListPage.tsx";
import { EventPage } from "./EventPage.tsx";
import { readEventSearch } from "./event-search.ts";
import { LinkListPage } from "./link/LinkListPage.tsx";
import { LinkPage } from "./link/LinkPage.tsx";
import { readLinkSearch } from "./link/links.ts";
import { ElementPage } from "./master-data/ElementPage.tsx";
import { MasterDataListPage } from "./master-data/MasterDataListPage.tsx";
import { readElementSearch, readRecordSearch, readVersionSearch } from "./master-data/master-data.ts";
import { RecordPage } from "./master-data/RecordPage.tsx";
import { QueryListPage } from "./query/QueryListPage.tsx";
import { QueryPage } from "./query/QueryPage.tsx";
import { RecentEvents } from "./RecentEvents.tsx";
import { RecordOfEvent } from "./RecordOfEvent.tsx";
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

const browse = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/browse",
  validateSearch: readBrowseSearch,
  component: BrowsePage,
});

const value = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/browse/$list/$value",
  validateSearch: readPageSearch,
  component: ValuePage,
});

const queries = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/queries",
  validateSearch: readPageSearch,
  component: QueryListPage,
});

const query = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/queries/$name",
  validateSearch: readPageSearch,
  component: QueryPage,
});

const links = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/links",
  validateSearch: readLinkSearch,
  component: LinkListPage,
});

const link = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/links/$identifier",
  component: LinkPage,
});

const masterData = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/master-data",
  validateSearch: readElementSearch,
  component: MasterDataListPage,
});

const element = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/master-data/$id",
  validateSearch: readVersionSearch,
  component: ElementPage,
});

/** The id of an element is a URI, so no element has this address. */
const recordMasterData = createRoute({
  getParentRoute: () => rootRoute,
  path: "/provenance/master-data/record",
  validateSearch: readRecordSearch,
  component: RecordPage,
});

/** The domain provenance. */
export const provenance = {
  name: "provenance",
  routes: [events, event, browse, value, masterData, element, recordMasterData, queries, query, links, link],
  navigation: [
    { route: events, label: "provenance.events.title" },
    { route: browse, label: "provenance.browse.title" },
    { route: masterData, label: "provenance.masterData.title" },
    { route: queries, label: "provenance.queries.title" },
    { route: links, label: "provenance.links.title" },
  ],
  RecentPanel: RecentEvents,
  RecordOfEvent,
  evidencePath: "/v1/provenance/events/$EVENT_ID_ENCODED/evidence",
  words,
} as const satisfies Slice;

//! The lists of what a tenant's events name (EPCIS 2.0 REST binding, top-level resources). Invariant: the names in
//! addresses of the console are those of the binding.

import type { Schemas } from "../../api/schema.ts";
import { authorisedFetch } from "../../auth/session.ts";
import {
  type EventPage,
  fetchEventPage,
  NEWEST_FIRST,
  type Paging,
  pageQuery,
  readNextPageToken,
} from "../epcis.ts";

/** The lists, in the order in which they are offered. */
export const RESOURCES = [
  "epcs",
  "bizSteps",
  "bizLocations",
  "readPoints",
  "dispositions",
  "eventTypes",
] as const;

/** The name of a list. */
export type Resource = (typeof RESOURCES)[number];

/** The address of a page of a list. */
export interface BrowseSearch {
  list: Resource;
  nextPageToken?: string;
}

/** The address of a page of events. */
export interface PageSearch {
  nextPageToken?: string;
}

/** A page of values in canonical form. */
export interface ValuePage {
  values: string[];
  nextPageToken: string | null;
}

export function isResource(name: unknown): name is Resource {
  return RESOURCES.some((known) => known === name);
}

/** Reads the page token of an address. */
export function readPageSearch({ nextPageToken }: Record<string, unknown>): PageSearch {
  return typeof nextPageToken === "string" && nextPageToken !== "" ? { nextPageToken } : {};
}

/** Reads the list and the page of an address; the first list when it names none. */
export function readBrowseSearch(search: Record<string, unknown>): BrowseSearch {
  return { list: isResource(search.list) ? search.list : RESOURCES[0], ...readPageSearch(search) };
}

/** Fetches a page of a list. */
export async function fetchValues(
  resource: Resource,
  paging: Paging,
  signal: AbortSignal,
): Promise<ValuePage> {
  const response = await authorisedFetch(`/epcis/${resource}?${pageQuery(paging)}`, signal);
  const { member } = (await response.json()) as Schemas["Collection"];
  return { values: member, nextPageToken: readNextPageToken(response.headers.get("Link")) };
}

/** Fetches a page of the events that name a value, newest first. */
export function fetchValueEvents(
  resource: Resource,
  value: string,
  paging: Paging,
  signal: AbortSignal,
): Promise<EventPage> {
  const path = `/epcis/${resource}/${encodeURIComponent(value)}/events`;
  return fetchEventPage(path, pageQuery(paging, NEWEST_FIRST), signal);
}

//! Requests about named queries (EPCIS 2.0 REST binding, `/queries`). Invariant: a saved search finds what the event
//! list shows for it, in the same order. Numbers of a query keep all their digits.

import { authorisedFetch, TENANT_DATA } from "../../auth/session.ts";
import { type DocumentObject, members, parseDocument } from "../../verify/document.ts";
import {
  type EventFilter,
  type EventPage,
  fetchEventPage,
  filterQuery,
  NEWEST_FIRST,
  type Paging,
  pageQuery,
  readNextPageToken,
} from "../epcis.ts";

/** A query with its name; `query` has the parameters as they were sent. */
export interface NamedQuery {
  name: string;
  query: DocumentObject;
}

/** A page of named queries. */
export interface QueryPage {
  queries: NamedQuery[];
  nextPageToken: string | null;
}

/** The query keys of all requests about named queries. */
export const QUERIES = [...TENANT_DATA, "queries"] as const;

/** The parameters of a query that have one value; all others are lists. */
const SINGLE = ["GE_eventTime", "LT_eventTime"];

/** The body that stores a search: a list in an address is separated by `|`, in a body it is an array. */
export function queryOf(filter: EventFilter): Record<string, string | string[]> {
  const conditions = [...filterQuery(filter)].map(([name, value]): [string, string | string[]] => [
    name,
    SINGLE.includes(name) ? value : value.split("|"),
  ]);
  return { ...Object.fromEntries(conditions), ...NEWEST_FIRST };
}

function pathOf(name: string): string {
  return `/epcis/queries/${encodeURIComponent(name)}`;
}

/** Fetches a page of the tenant's queries, by name. */
export async function fetchQueries(paging: Paging, signal: AbortSignal): Promise<QueryPage> {
  const response = await authorisedFetch(`/epcis/queries?${pageQuery(paging)}`, signal);
  const list = parseDocument(await response.text());
  const queries = (Array.isArray(list) ? list : []).map(readNamedQuery);
  return { queries, nextPageToken: readNextPageToken(response.headers.get("Link")) };
}

function readNamedQuery(document: DocumentObject[string]): NamedQuery {
  const { name, query } = members(document) ?? {};
  return { name: typeof name === "string" ? name : "", query: members(query) ?? {} };
}

/** Fetches one query. */
export async function fetchQuery(name: string, signal: AbortSignal): Promise<NamedQuery> {
  const response = await authorisedFetch(pathOf(name), signal);
  return readNamedQuery(parseDocument(await response.text()));
}

/** Runs a query and fetches a page of what it finds. */
export function fetchNamedEvents(name: string, paging: Paging, signal: AbortSignal): Promise<EventPage> {
  return fetchEventPage(`${pathOf(name)}/events`, pageQuery(paging), signal);
}

/** Stores a search under a name. */
export async function saveQuery(name: string, filter: EventFilter): Promise<void> {
  const body = JSON.stringify({ name, query: queryOf(filter) });
  const headers = { "Content-Type": "application/json" };
  await authorisedFetch("/epcis/queries", null, headers, { method: "POST", body });
}

/** Deletes a query. */
export async function deleteQuery(name: string): Promise<void> {
  await authorisedFetch(pathOf(name), null, {}, { method: "DELETE" });
}

//! Requests of the EPCIS query interface (EPCIS 2.0 section 12), and the address of an event's evidence. Invariant: the
//! requests only read. Numbers of an event keep all their digits.

import type { QueryOf } from "../api/schema.ts";
import { authorisedFetch } from "../auth/session.ts";
import { type Document, type DocumentObject, members, parseDocument } from "../verify/document.ts";

/** An EPCIS event as stored: names and values exactly as captured. */
export type EpcisEvent = DocumentObject;

/** A page of events. */
export interface EventPage {
  events: EpcisEvent[];
  /** The token of the next page, or `null` on the last page. */
  nextPageToken: string | null;
}

/** The filters of the list, with the names of the standard. */
export type EventFilter = Pick<
  QueryOf<"queryEvents">,
  "MATCH_anyEPC" | "MATCH_anyEPCClass" | "eventType" | "GE_eventTime" | "LT_eventTime"
>;

/** The number of events per page. */
export const PER_PAGE = 30;

/** The events of an EPCIS query document; empty when it has another shape. */
function readEvents(document: Document): EpcisEvent[] {
  let node: Document = document;
  for (const name of ["epcisBody", "queryResults", "resultsBody", "eventList"]) {
    node = members(node)?.[name] ?? null;
  }
  return Array.isArray(node) ? (node as EpcisEvent[]) : [];
}

/** The value of nextPageToken in a header `Link: <…>; rel="next"` (RFC 8288), or `null`. */
export function readNextPageToken(link: string | null): string | null {
  for (const [, target, parameters] of (link ?? "").matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (target !== undefined && /\brel="?next"?/.test(parameters ?? "")) {
      return new URL(target, "http://host.invalid").searchParams.get("nextPageToken");
    }
  }
  return null;
}

/** The query string of a filter, without empty values. */
export function filterQuery(filter: EventFilter): URLSearchParams {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(entries as [string, string][]);
}

/** Asks for events as they were captured, which is what evidence proves. */
const AS_CAPTURED = { "GS1-EPC-Format": "Never_Translates" };

/** The size of a page, and the token of one that is not the first. */
export interface Paging {
  perPage: number;
  nextPageToken?: string | undefined;
}

/** The query string of a page, with further parameters. */
export function pageQuery(paging: Paging, parameters: Record<string, string> = {}): URLSearchParams {
  const query = new URLSearchParams(parameters);
  query.set("perPage", String(paging.perPage));
  if (paging.nextPageToken !== undefined) query.set("nextPageToken", paging.nextPageToken);
  return query;
}

/** Fetches a page of events of an address below `/epcis` that answers with events. */
export async function fetchEventPage(
  path: string,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<EventPage> {
  const response = await authorisedFetch(`${path}?${query}`, signal, AS_CAPTURED);
  const events = readEvents(parseDocument(await response.text()));
  return { events, nextPageToken: readNextPageToken(response.headers.get("Link")) };
}

/** The order of lists of events: newest first. */
export const NEWEST_FIRST = { orderBy: "eventTime", orderDirection: "DESC" } as const;

/** Fetches a page of events, newest first. */
export async function fetchEvents(
  filter: EventFilter,
  paging: Paging,
  signal: AbortSignal,
): Promise<EventPage> {
  const conditions = Object.fromEntries(filterQuery(filter));
  return fetchEventPage("/epcis/events", pageQuery(paging, { ...conditions, ...NEWEST_FIRST }), signal);
}

function eventPath(eventId: string): string {
  return `/epcis/events/${encodeURIComponent(eventId)}`;
}

/** Fetches the index rows of one event: the event itself and its error declarations. */
export async function fetchEventRows(eventId: string, signal: AbortSignal): Promise<EpcisEvent[]> {
  const response = await authorisedFetch(eventPath(eventId), signal, AS_CAPTURED);
  return readEvents(parseDocument(await response.text()));
}

/** Fetches the same rows with all identifiers as GS1 Digital Links, where an identifier has that form. */
export async function fetchLinkedRows(eventId: string, signal: AbortSignal): Promise<EpcisEvent[]> {
  const headers = { "GS1-EPC-Format": "Always_GS1_Digital_Link" };
  const response = await authorisedFetch(eventPath(eventId), signal, headers);
  return readEvents(parseDocument(await response.text()));
}

/** Fetches the document of one event as it was captured, in one of the forms of the binding. */
export async function fetchEventDocument(eventId: string, type: string): Promise<string> {
  const response = await authorisedFetch(eventPath(eventId), null, { ...AS_CAPTURED, Accept: type });
  return response.text();
}

/** The path of an event's evidence. */
export function evidencePath(eventId: string): string {
  return `/v1/provenance/events/${encodeURIComponent(eventId)}/evidence`;
}

//! Requests for pages of the tenant's events. Invariant: the types are those of the API schema, and the requests only
//! read.

import type { Path, QueryOf, Schemas } from "../api/schema.ts";
import { authorisedFetch } from "../auth/session.ts";

/** What became final for the tenant, as a CloudEvent 1.0. */
export type CloudEvent = Schemas["CloudEvent"];
/** A page of events, in the order of their numbers. */
export type CloudEventPage = Schemas["CloudEventPage"];

/** Which events are asked for, with the names of the API: types separated by commas, and a subject in any spelling. */
export type EventFilter = Pick<QueryOf<"listEvents">, "type" | "subject">;

const PAGES = "/v1/events" satisfies Path;
const STREAM = "/v1/events/stream" satisfies Path;

/** The most events of a page that is read here. */
const PAGE_EVENTS_MAX = 100;

function withFilter(path: string, { type, subject }: EventFilter, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  if (type !== undefined) query.set("type", type);
  if (subject !== undefined) query.set("subject", subject);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The number of an event among those of the tenant. */
export function numberOf(event: CloudEvent): number {
  return Number(event.id);
}

/** The address of the stream. */
export function streamPath(filter: EventFilter): string {
  return withFilter(STREAM, filter);
}

async function fetchPage(
  filter: EventFilter,
  after: number,
  limit: number,
  signal: AbortSignal | null,
): Promise<CloudEventPage> {
  const path = withFilter(PAGES, filter, { after: String(after), limit: String(limit) });
  return (await authorisedFetch(path, signal)).json();
}

/** Fetches the number of the tenant's newest event; 0 before the first. */
export async function fetchNewest(signal: AbortSignal | null): Promise<number> {
  return (await fetchPage({}, 0, 1, signal)).newest;
}

/**
 * Reads pages of the events after the number `after`, up to `until` or to the newest, and passes on each with the
 * number up to which events were examined.
 */
export async function readPages(
  filter: EventFilter,
  { after, until = Number.POSITIVE_INFINITY }: { after: number; until?: number },
  signal: AbortSignal | null,
  onPage: (events: CloudEvent[], readTo: number) => void,
): Promise<void> {
  for (let from = after; from < until; ) {
    const page = await fetchPage(filter, from, PAGE_EVENTS_MAX, signal);
    onPage(
      page.items.filter((event) => numberOf(event) <= until),
      page.read_to,
    );
    if (page.next_cursor === null || page.read_to <= from) return;
    from = page.read_to;
  }
}

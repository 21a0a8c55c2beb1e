//! The filters of the event list in the address. Invariant: the names are those of the EPCIS query interface, so an
//! address reads like the request that it makes.

import type { EventFilter } from "./epcis.ts";

/** The search parameters of the address. */
export type EventSearch = EventFilter & { nextPageToken?: string };

const NAMES = [
  "MATCH_anyEPC",
  "MATCH_anyEPCClass",
  "eventType",
  "GE_eventTime",
  "LT_eventTime",
  "nextPageToken",
] as const satisfies readonly (keyof EventSearch)[];

/** The event types of EPCIS 2.0. */
export const EVENT_TYPES = [
  "ObjectEvent",
  "AggregationEvent",
  "TransactionEvent",
  "TransformationEvent",
  "AssociationEvent",
] as const;

/** Keeps the known, non-empty names and drops everything else. */
export function readEventSearch(search: Record<string, unknown>): EventSearch {
  const entries = NAMES.map((name) => [name, search[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === "string" && value.trim() !== ""));
}

/** Converts a `datetime-local` value, which has no time zone, to RFC 3339 in UTC; empty stays empty. */
export function toUtc(local: string): string {
  if (local === "") return "";
  return `${local.length === 16 ? `${local}:00` : local}Z`;
}

/** The inverse of toUtc, to the minute, for showing in a form. */
export function fromUtc(utc: string | undefined): string {
  return utc?.replace(/Z$/, "").slice(0, 16) ?? "";
}

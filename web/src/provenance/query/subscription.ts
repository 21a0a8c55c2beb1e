//! Requests about the subscriptions to a named query (EPCIS 2.0 REST binding, `/queries/{name}/subscriptions`).
//! Invariant: a subscription belongs to one query, and its secret is never read.

import type { Narrow, Schemas } from "../../api/schema.ts";
import { authorisedFetch } from "../../auth/session.ts";
import { type Paging, pageQuery, readNextPageToken } from "../epcis.ts";
import { QUERIES } from "./named-query.ts";

/** The times of deliveries, each field as cron has it. */
type Schedule = Schemas["ScheduleRequest"];

/** Why nothing is delivered any more. */
type Paused = Narrow<Schemas["Paused"], { reason: "failing" | "gone" | "query" }>;

/** A subscription; the gateway leaves out a member that does not apply. */
export type Subscription = Narrow<Schemas["Subscription"], { paused?: Paused | null }>;

/** A page of subscriptions. */
export interface SubscriptionPage {
  subscriptions: Subscription[];
  nextPageToken: string | null;
}

/** The fields of a schedule in the order of cron, with those of a day last. */
const FIELDS = ["second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"] as const;

/** The query key of the subscriptions to a query. */
export function subscriptionsKey(name: string): readonly unknown[] {
  return [...QUERIES, "subscriptions", name];
}

function pathOf(name: string): string {
  return `/epcis/queries/${encodeURIComponent(name)}/subscriptions`;
}

/** The fields of a schedule as one line. */
export function scheduleText(schedule: Schedule): string {
  return FIELDS.flatMap((field) => (schedule[field] ? [`${field} ${schedule[field]}`] : [])).join(", ");
}

/** Fetches a page of the subscriptions to a query, the oldest first. */
export async function fetchSubscriptions(
  name: string,
  paging: Paging,
  signal: AbortSignal,
): Promise<SubscriptionPage> {
  const response = await authorisedFetch(`${pathOf(name)}?${pageQuery(paging)}`, signal);
  const nextPageToken = readNextPageToken(response.headers.get("Link"));
  return { subscriptions: (await response.json()) as Subscription[], nextPageToken };
}

/** Ends a subscription. */
export async function deleteSubscription(name: string, id: string): Promise<void> {
  await authorisedFetch(`${pathOf(name)}/${encodeURIComponent(id)}`, null, {}, { method: "DELETE" });
}

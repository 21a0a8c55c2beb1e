//! Requests about webhooks, and the addresses of their pages. Invariant: a secret is in the answer that made it and in
//! the component that shows it, nowhere else.

import type { Schemas } from "../../api/schema.ts";
import { authorisedFetch, type Change, TENANT_DATA } from "../../auth/session.ts";

export type Webhook = Schemas["Webhook"];
export type WebhookAttempt = Schemas["WebhookAttempt"];
export type WebhookSecret = Schemas["WebhookSecret"];
export type DeadLetter = Schemas["DeadLetter"];
export type WebhookDetail = Schemas["WebhookDetail"];
export type NewSecret = Schemas["NewSecret"];
export type WebhookWithSecret = Schemas["WebhookWithSecret"];

/** Where and what is sent, with the names of the API. */
export interface WebhookConditions {
  url: string;
  description: string;
  types: string[];
  subject: string | null;
}

/** A new endpoint. */
export interface WebhookDraft extends WebhookConditions {
  signature: Webhook["signature"];
  /** The number after which events are sent; that of the newest event when absent. */
  after?: number;
}

/** The page of the list of endpoints. */
export interface WebhookListSearch {
  cursor?: string;
}

/** Which attempts and dead letters the page of an endpoint shows. */
export interface WebhookSearch {
  outcome?: WebhookAttempt["outcome"];
  /** The number of an event. */
  sequence?: string;
  /** The page of the attempts. */
  attempts?: string;
  /** The page of the dead letters. */
  dead?: string;
}

export const OUTCOMES = [
  "delivered",
  "retry",
  "dead",
  "test",
] as const satisfies readonly WebhookAttempt["outcome"][];

/** The query keys of all requests about webhooks. */
export const WEBHOOKS = [...TENANT_DATA, "webhooks"] as const;
/** The interval in milliseconds at which the page of an endpoint is read again. */
export const POLL_INTERVAL_MS = 5_000;
/** The number of rows of a page. */
const PER_PAGE = 20;

const PATH = "/v1/webhooks";
const JSON_TYPE = { "Content-Type": "application/json" };

function pathOf(id: string, rest = ""): string {
  return `${PATH}/${encodeURIComponent(id)}${rest}`;
}

function filled(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Keeps what is given. */
function given<Members extends object>(
  members: Members,
): { [Key in keyof Members]?: NonNullable<Members[Key]> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Members]?: NonNullable<Members[Key]> };
}

/** Reads the page of an address. */
export function readListSearch({ cursor }: Record<string, unknown>): WebhookListSearch {
  return given({ cursor: filled(cursor) });
}

/** Reads the filters and pages of an address. */
export function readWebhookSearch(search: Record<string, unknown>): WebhookSearch {
  const { outcome, sequence, attempts, dead } = search;
  return given({
    outcome: OUTCOMES.find((known) => known === outcome),
    sequence: typeof sequence === "string" && /^[0-9]{1,15}$/.test(sequence) ? sequence : undefined,
    attempts: filled(attempts),
    dead: filled(dead),
  });
}

async function read<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  return (await authorisedFetch(path, signal)).json();
}

async function send(path: string, method: Change["method"], body?: object, key?: string): Promise<Response> {
  const headers = {
    ...(body === undefined ? {} : JSON_TYPE),
    ...(key === undefined ? {} : { "Idempotency-Key": key }),
  };
  const change = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return authorisedFetch(path, null, headers, change);
}

function page(parameters: Record<string, string | undefined>): string {
  return `?${new URLSearchParams({ limit: String(PER_PAGE), ...given(parameters) })}`;
}

/** Fetches a page of endpoints, the oldest first. */
export function fetchWebhooks(
  { cursor }: WebhookListSearch,
  signal: AbortSignal,
): Promise<Schemas["WebhookPage"]> {
  return read(PATH + page({ cursor }), signal);
}

export function fetchWebhook(id: string, signal: AbortSignal): Promise<WebhookDetail> {
  return read(pathOf(id), signal);
}

/**
 * Makes an endpoint; the answer has its secret, which is not shown again. A request that is repeated with its key makes
 * no second one.
 */
export async function createWebhook(draft: WebhookDraft, key: string): Promise<WebhookWithSecret> {
  return (await send(PATH, "POST", draft, key)).json();
}

/** Changes where and what is sent. */
export async function changeWebhook(id: string, conditions: WebhookConditions): Promise<void> {
  await send(pathOf(id), "PATCH", conditions);
}

/** Enables or disables an endpoint. */
export async function setState(id: string, state: Webhook["state"]): Promise<void> {
  await send(pathOf(id), "PATCH", { state });
}

export async function deleteWebhook(id: string): Promise<void> {
  await send(pathOf(id), "DELETE");
}

/** Fetches the valid secrets, without their values. */
export async function fetchSecrets(id: string, signal: AbortSignal): Promise<WebhookSecret[]> {
  return (await read<Schemas["WebhookSecrets"]>(pathOf(id, "/secrets"), signal)).items;
}

/** Makes a new secret, once for each key; the one before stays valid for `graceS` seconds. */
export async function rotateSecret(id: string, graceS: number, key: string): Promise<NewSecret> {
  return (await send(pathOf(id, "/secrets"), "POST", { grace_s: graceS }, key)).json();
}

/** Sends a test event at once and returns the attempt. */
export async function sendTest(id: string): Promise<WebhookAttempt> {
  return (await send(pathOf(id, "/test"), "POST")).json();
}

/** Fetches a page of attempts, the newest first. */
export function fetchAttempts(
  id: string,
  { outcome, sequence, attempts }: WebhookSearch,
  signal: AbortSignal,
): Promise<Schemas["WebhookAttemptPage"]> {
  return read(pathOf(id, `/attempts${page({ outcome, sequence, cursor: attempts })}`), signal);
}

/** Fetches a page of dead letters, in the order of their numbers. */
export function fetchDeadLetters(
  id: string,
  { dead }: WebhookSearch,
  signal: AbortSignal,
): Promise<Schemas["DeadLetterPage"]> {
  return read(pathOf(id, `/dead-letters${page({ cursor: dead })}`), signal);
}

/** Sends a dead letter again. */
export async function replayDeadLetter(id: string, sequence: number): Promise<void> {
  await send(pathOf(id, `/dead-letters/${sequence}/replay`), "POST");
}

/** Gives up a dead letter for good. */
export async function skipDeadLetter(id: string, sequence: number): Promise<void> {
  await send(pathOf(id, `/dead-letters/${sequence}`), "DELETE");
}

/** Sends the events with the numbers `from` to `to` again. */
export async function replayRange(id: string, from: number, to: number): Promise<void> {
  await send(pathOf(id, "/replay"), "POST", { from, to });
}

//! The session: an access token and, in memory, the client credentials. Invariant: the client secret is never stored.
//! The token is also in sessionStorage, which the browser deletes when the tab closes.

import { useSyncExternalStore } from "react";
import { readProblem } from "../api/problem.ts";
import type { Schemas } from "../api/schema.ts";

/** An access token and the client to which it was issued. */
export interface Session {
  token: string;
  clientId: string;
  /** Milliseconds since 1970. */
  expiresAtMs: number;
}

/** Client credentials (RFC 6749 section 4.4). */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** The prefix of all query keys of a tenant's data, which is dropped when the tenant changes. */
export const TENANT_DATA = ["tenant"] as const;

const STORAGE_KEY = "waymark.session";
/** A token that expires within this time is renewed first. */
const RENEW_BEFORE_MS = 30_000;

/**
 * No cookies are sent, and a 401 with a challenge (required by RFC 6749 section 5.2) is returned as a response. In any
 * other mode the browser would intercept it and prompt for a password.
 */
export const NO_PROMPT = "omit" satisfies RequestCredentials;

const listeners = new Set<() => void>();
let session: Session | null = readStored();
let credentials: Credentials | null = null;

function readStored(): Session | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null");
    return isSession(stored) && stored.expiresAtMs > Date.now() ? stored : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is Session {
  const maybe = value as Partial<Session> | null;
  return (
    typeof maybe?.token === "string" &&
    typeof maybe.clientId === "string" &&
    typeof maybe.expiresAtMs === "number"
  );
}

function setSession(next: Session | null): void {
  session = next;
  try {
    if (next === null) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next));
  } catch {
    // The browser may forbid storage; the session then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/**
 * Exchanges client credentials for a token and stores the session.
 * @throws ApiProblem when the gateway refuses.
 */
export async function signIn(next: Credentials): Promise<void> {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: next.clientId,
    client_secret: next.clientSecret,
  });
  const response = await fetch("/oauth/token", { method: "POST", body, credentials: NO_PROMPT });
  if (!response.ok) throw await readProblem(response);
  const answer = (await response.json()) as Schemas["TokenResponse"];
  credentials = next;
  setSession({
    token: answer.access_token,
    clientId: next.clientId,
    expiresAtMs: Date.now() + answer.expires_in * 1000,
  });
}

/** Deletes the token and the secret. */
export function signOut(): void {
  credentials = null;
  setSession(null);
}

/** Returns the session, for code outside of components. */
export function currentSession(): Session | null {
  return session;
}

/** Returns the session in a component, which renders again when it changes. */
export function useSession(): Session | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentSession);
}

async function freshToken(): Promise<string | null> {
  const ends = session === null || session.expiresAtMs - Date.now() < RENEW_BEFORE_MS;
  if (ends && credentials !== null) await signIn(credentials);
  return session?.token ?? null;
}

/** The method and the body of a request that changes something. */
export interface Change {
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  body?: string;
}

async function send(
  path: string,
  signal: AbortSignal | null,
  asked: Record<string, string>,
  change: Change | null,
): Promise<Response> {
  const token = await freshToken();
  const headers: HeadersInit = token === null ? asked : { ...asked, Authorization: `Bearer ${token}` };
  return fetch(path, { ...change, signal, headers, credentials: NO_PROMPT });
}

/**
 * Sends a request with the session's token and further headers: GET, or `change`. A token that the gateway rejects is
 * renewed once, which is safe for a change: the gateway checks the token before it does anything.
 * @throws ApiProblem unless the request succeeds; after a final 401 the session is ended.
 */
export async function authorisedFetch(
  path: string,
  signal: AbortSignal | null,
  headers: Record<string, string> = {},
  change: Change | null = null,
): Promise<Response> {
  let response = await send(path, signal, headers, change);
  if (response.status === 401 && credentials !== null) {
    await signIn(credentials);
    response = await send(path, signal, headers, change);
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401) signOut();
  throw problem;
}

//! The session. Invariant: the client secret stays in this tab's memory and is never stored; the access token is
//! in memory and in sessionStorage, which ends with the tab.

import { useSyncExternalStore } from "react";
import { readProblem } from "../api/problem.ts";
import type { Schemas } from "../api/schema.ts";

/** An access token and the client that it was issued to. */
export interface Session {
  token: string;
  clientId: string;
  /** Milliseconds since the Unix epoch. */
  expiresAtMs: number;
}

/** Client credentials (RFC 6749 section 4.4). */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** The beginning of every query key of a tenant's data; such answers are forgotten when the tenant changes. */
export const TENANT_DATA = ["tenant"] as const;

const STORAGE_KEY = "waymark.session";
/** A token this close to its end is renewed first. */
const RENEW_BEFORE_MS = 30_000;

/**
 * No cookie is ever sent, and a 401 with a challenge (RFC 6749 section 5.2 asks for one) comes back as an answer; with
 * any other mode the browser would hold it and ask for a password in a window of its own.
 */
const NO_PROMPT = "omit" satisfies RequestCredentials;

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
    // A browser may forbid storage; the session then lives as long as the page.
  }
  for (const listener of listeners) listener();
}

/**
 * Exchanges client credentials for a token and remembers it.
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

/** Forgets token and secret. */
export function signOut(): void {
  credentials = null;
  setSession(null);
}

/** The credentials in a console link's fragment, `#client_id=…&client_secret=…`, or `null`. */
export function readLinkCredentials(fragment: string): Credentials | null {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const [clientId, clientSecret] = [parameters.get("client_id"), parameters.get("client_secret")];
  return clientId && clientSecret ? { clientId, clientSecret } : null;
}

/** Takes the credentials out of the address bar and the history, before anything else can read them. */
export function takeLinkCredentials(): Credentials | null {
  const found = readLinkCredentials(window.location.hash);
  if (found !== null) {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }
  return found;
}

/** The session outside of components. */
export function currentSession(): Session | null {
  return session;
}

/** The session, in a component. */
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

async function send(path: string, signal: AbortSignal): Promise<Response> {
  const token = await freshToken();
  const headers: HeadersInit = token === null ? {} : { Authorization: `Bearer ${token}` };
  return fetch(path, { signal, headers, credentials: NO_PROMPT });
}

/**
 * A GET with the session's token; a token that the gateway no longer accepts is renewed once.
 * @throws ApiProblem for every answer but success; after a final 401 nobody is signed in.
 */
export async function authorisedFetch(path: string, signal: AbortSignal): Promise<Response> {
  let response = await send(path, signal);
  if (response.status === 401 && credentials !== null) {
    await signIn(credentials);
    response = await send(path, signal);
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401) signOut();
  throw problem;
}

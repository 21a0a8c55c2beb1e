//! Console links, which `waymark console-link` prints: `/#code=…`. Invariant: a code is removed from the address before
//! anything else runs, and it replaces a session only after the reader agreed. A link never carries a lasting secret.

import { readProblem } from "../api/problem.ts";
import type { Schemas } from "../api/schema.ts";
import { currentSession, NO_PROMPT, signIn } from "./session.ts";

let offered: string | null = null;

/** The code in a link's fragment, or `null`. */
export function readLinkCode(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("code") || null;
}

/** Returns the code of a link and removes it from the address and the history. */
export function takeLinkCode(): string | null {
  const code = readLinkCode(window.location.hash);
  if (code !== null) {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }
  return code;
}

/**
 * Exchanges a code for credentials and signs in with them.
 * @throws ApiProblem when the code is used, expired or unknown.
 */
export async function signInWithCode(code: string): Promise<void> {
  const response = await fetch("/v1/console-sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
    credentials: NO_PROMPT,
  });
  if (!response.ok) throw await readProblem(response);
  const key = (await response.json()) as Schemas["ApiKeyWithSecret"];
  await signIn({ clientId: key.client_id, clientSecret: key.secret });
}

/**
 * Follows a link: signs in, or lets the reader decide on the sign-in page when there is a session already. A link from
 * somebody else would otherwise move the reader's work to another tenant unnoticed.
 */
export async function followLink(code: string): Promise<void> {
  const to = window.location.pathname + window.location.search;
  const goTo = (link: string) => {
    window.history.replaceState(null, "", `/sign-in?${new URLSearchParams({ link, to })}`);
  };
  if (currentSession() !== null) {
    offered = code;
    goTo("confirm");
    return;
  }
  try {
    await signInWithCode(code);
  } catch {
    goTo("failed");
  }
}

/** Whether a link waits for the reader's decision. */
export function isLinkOffered(): boolean {
  return offered !== null;
}

/** Returns the code of the link that waits, once. */
export function takeOfferedCode(): string | null {
  const code = offered;
  offered = null;
  return code;
}

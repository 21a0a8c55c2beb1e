// @vitest-environment happy-dom
//! Tests console links: what they carry, that they work once, and that they ask before they replace a session.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { followLink, isLinkOffered, readLinkCode, takeLinkCode, takeOfferedCode } from "./console-link.ts";
import { currentSession, signIn, signOut } from "./session.ts";

/** Responds to requests in order and records them. */
function answer(...answers: Response[]): Request[] {
  const seen: Request[] = [];
  vi.stubGlobal("fetch", (input: string, init?: RequestInit) => {
    seen.push(new Request(new URL(input, "http://console.test"), init));
    return Promise.resolve(answers.shift() ?? new Response(null, { status: 500 }));
  });
  return seen;
}

const key = () => Response.json({ client_id: "wc_link", secret: "short-lived secret" }, { status: 201 });
const token = () => Response.json({ access_token: "t", token_type: "Bearer", expires_in: 900 });
const used = () => Response.json({ code: "tenant.console_code", title: "used" }, { status: 403 });

beforeEach(() => {
  signOut();
  takeOfferedCode();
  window.history.replaceState(null, "", "/provenance/events?eventType=x");
});
afterEach(() => vi.unstubAllGlobals());

describe("a console link", () => {
  test("carries a code, and nothing that lasts is taken from it", () => {
    expect(readLinkCode("#code=wcc_a")).toBe("wcc_a");
    expect(readLinkCode("#client_id=a&client_secret=b")).toBeNull();
    expect(readLinkCode("#code=")).toBeNull();
    expect(readLinkCode("")).toBeNull();
  });

  test("loses its code before anything else sees it", () => {
    window.history.replaceState(null, "", "/provenance/events?eventType=x#code=wcc_a");
    expect(takeLinkCode()).toBe("wcc_a");
    expect(window.location.href).toMatch(/\/provenance\/events\?eventType=x$/);
    expect(takeLinkCode()).toBeNull();
  });

  test("signs in by POST, and its secret is stored nowhere", async () => {
    const seen = answer(key(), token());
    await followLink("wcc_a");
    expect(seen[0]?.method).toBe("POST");
    expect(await seen[0]?.json()).toEqual({ code: "wcc_a" });
    expect(seen[0]?.url).not.toContain("wcc_a");
    expect(currentSession()).toMatchObject({ clientId: "wc_link" });
    expect(JSON.stringify([{ ...sessionStorage }, { ...localStorage }])).not.toContain("short-lived");
    expect(window.location.pathname).toBe("/provenance/events");
  });

  test("that is used leads to the sign-in page and back", async () => {
    answer(used());
    await followLink("wcc_a");
    expect(currentSession()).toBeNull();
    expect(window.location.pathname).toBe("/sign-in");
    const search = new URLSearchParams(window.location.search);
    expect([search.get("link"), search.get("to")]).toEqual(["failed", "/provenance/events?eventType=x"]);
  });

  test("does not replace a session by itself", async () => {
    const seen = answer(token());
    await signIn({ clientId: "wc_mine", clientSecret: "mine" });
    await followLink("wcc_a");
    expect(seen).toHaveLength(1);
    expect(currentSession()).toMatchObject({ clientId: "wc_mine" });
    expect(new URLSearchParams(window.location.search).get("link")).toBe("confirm");
    expect(isLinkOffered()).toBe(true);
    expect(takeOfferedCode()).toBe("wcc_a");
    expect(takeOfferedCode()).toBeNull();
  });
});

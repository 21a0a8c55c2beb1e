// @vitest-environment happy-dom
//! Tests signing in, renewing tokens, and what the session stores.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { authorisedFetch, currentSession, signIn, signOut } from "./session.ts";

const credentials = { clientId: "wm_client", clientSecret: "very secret" };
const { signal } = new AbortController();

/** Responds to requests in order and records them. */
function answer(...answers: Response[]): Request[] {
  const seen: Request[] = [];
  vi.stubGlobal("fetch", (input: string, init?: RequestInit) => {
    seen.push(new Request(new URL(input, "http://console.test"), init));
    return Promise.resolve(answers.shift() ?? new Response(null, { status: 500 }));
  });
  return seen;
}

function token(value: string, expiresIn = 900): Response {
  return Response.json({ access_token: value, token_type: "Bearer", expires_in: expiresIn });
}

beforeEach(signOut);
afterEach(() => vi.unstubAllGlobals());

describe("the session", () => {
  test("holds the token, and the secret is stored nowhere", async () => {
    const seen = answer(token("t1"));
    await signIn(credentials);
    expect(await seen[0]?.text()).toContain("grant_type=client_credentials");
    expect(seen[0]?.credentials, "otherwise the browser would prompt for a password").toBe("omit");
    expect(currentSession()).toMatchObject({ token: "t1", clientId: "wm_client" });
    expect(JSON.stringify({ ...sessionStorage })).not.toContain("very secret");
    expect(JSON.stringify({ ...localStorage })).not.toContain("very secret");
  });

  test("reports OAuth's error when signing in fails", async () => {
    answer(Response.json({ error: "invalid_client", error_description: "no" }, { status: 401 }));
    await expect(signIn(credentials)).rejects.toMatchObject({ code: "invalid_client", detail: "no" });
    expect(currentSession()).toBeNull();
  });

  test("renews a token that is about to end, before using it", async () => {
    const seen = answer(token("t1", 5), token("t2"), new Response("{}"));
    await signIn(credentials);
    await authorisedFetch("/epcis/events", signal, { "GS1-EPC-Format": "Never_Translates" });
    expect(seen.at(-1)?.headers.get("Authorization")).toBe("Bearer t2");
    expect(seen.at(-1)?.headers.get("GS1-EPC-Format")).toBe("Never_Translates");
  });

  test("sends a change again, unchanged, with a renewed token", async () => {
    const refused = Response.json({ code: "auth.invalid_token", title: "no" }, { status: 401 });
    const seen = answer(token("t1"), refused, token("t2"), new Response(null, { status: 204 }));
    await signIn(credentials);
    const json = { "Content-Type": "application/json" };
    await authorisedFetch("/epcis/queries", null, json, { method: "POST", body: "{}" });
    const sent = [seen[1], seen[3]].map((request) => [request?.method, request?.headers.get("Content-Type")]);
    expect(sent).toEqual([
      ["POST", "application/json"],
      ["POST", "application/json"],
    ]);
    expect(await seen[3]?.text()).toBe("{}");
    expect(seen[3]?.headers.get("Authorization")).toBe("Bearer t2");
  });

  test("renews once when the gateway refuses the token, then gives up and signs out", async () => {
    const refused = () => Response.json({ code: "auth.invalid_token", title: "no" }, { status: 401 });
    const seen = answer(token("t1"), refused(), token("t2"), refused());
    await signIn(credentials);
    await expect(authorisedFetch("/epcis/events", signal)).rejects.toMatchObject({ status: 401 });
    expect(seen).toHaveLength(4);
    expect(currentSession()).toBeNull();
  });
});

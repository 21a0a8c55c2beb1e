//! Opens the console at an address, for component tests. Invariant: only the network is replaced, so routes, session
//! and requests are the console's own.

import { act, render } from "@testing-library/react";
import { vi } from "vitest";
import { signIn, signOut } from "./auth/session.ts";
import { App } from "./shell/App.tsx";

/** The answer to a request; absent for a request that the test does not expect. */
export type Answer = (request: Request, path: string) => Response | undefined;

/** The answer to credentials that are accepted. */
const accepted = () => Response.json({ access_token: "t", token_type: "Bearer", expires_in: 900 });

/**
 * Signs in, unless `isSignedIn` is false, opens the console at `address`, and returns the requests that it sends from
 * then on. `token` answers credentials.
 */
export async function openApp(
  address: string,
  answer: Answer,
  { isSignedIn = true, token = accepted }: { isSignedIn?: boolean; token?: () => Response } = {},
): Promise<Request[]> {
  const sent: Request[] = [];
  vi.stubGlobal("fetch", (input: string, init?: RequestInit) => {
    const request = new Request(new URL(input, "http://console.test"), init);
    if (input === "/oauth/token") return Promise.resolve(token());
    sent.push(request);
    const response = answer(request, input);
    return response === undefined
      ? Promise.reject(new TypeError(`nothing answers ${request.method} ${input}`))
      : Promise.resolve(response);
  });
  vi.stubGlobal("scrollTo", () => {});
  if (isSignedIn) await signIn({ clientId: "wc_test", clientSecret: "secret" });
  else signOut();
  window.history.replaceState(null, "", address);
  await act(async () => {
    render(<App />);
  });
  return sent;
}

/** An EPCIS query document with these events. */
export function eventDocument(events: object[], headers: Record<string, string> = {}): Response {
  return Response.json({ epcisBody: { queryResults: { resultsBody: { eventList: events } } } }, { headers });
}

/** A problem of the gateway. */
export function problem(
  status: number,
  code: string,
  errors: { pointer: string; code: string; detail: string }[] = [],
): Response {
  return Response.json({ code, title: code, status, errors }, { status });
}

//! The routes of the console. Invariant: everything that a page shows is in its address, filters included.

import { createRoute, createRouter } from "@tanstack/react-router";
import { SignInPage } from "../auth/SignInPage.tsx";
import { OverviewPage } from "../overview/OverviewPage.tsx";
import { slices } from "../slices.ts";
import { ValidatorsPage } from "../validators/ValidatorsPage.tsx";
import { VerifyPage } from "../verify-page/VerifyPage.tsx";
import { Crashed } from "./Crashed.tsx";
import { Layout } from "./Layout.tsx";
import { NotFound } from "./NotFound.tsx";
import { rootRoute } from "./root-route.ts";

const overview = createRoute({ getParentRoute: () => rootRoute, path: "/", component: OverviewPage });

const validators = createRoute({
  getParentRoute: () => rootRoute,
  path: "/validators",
  component: ValidatorsPage,
});

const verify = createRoute({ getParentRoute: () => rootRoute, path: "/verify", component: VerifyPage });

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string; link?: "failed" | "confirm" } => ({
    // Only a path of this console: an address from elsewhere must not redirect the reader to another site.
    ...(typeof search.to === "string" && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {}),
    ...(search.link === "failed" || search.link === "confirm" ? { link: search.link } : {}),
  }),
  component: SignInPage,
});

/** Written out, because type inference fails as soon as there are two domains. */
type SliceRoute = (typeof slices)[number]["routes"][number];

const sliceRoutes = slices.flatMap<SliceRoute>(({ routes }) => routes);

const routeTree = rootRoute
  .update({ component: Layout, notFoundComponent: NotFound, errorComponent: Crashed })
  .addChildren([overview, validators, verify, signIn, ...sliceRoutes]);

/** Keeps strings as strings: an identifier such as 00012345 must not become a number in the address. */
function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(([, value]) => typeof value === "string" && value !== "");
  const query = new URLSearchParams(entries as [string, string][]).toString();
  return query === "" ? "" : `?${query}`;
}

/** Creates a router over the browser's history. */
export function createConsoleRouter() {
  return createRouter({
    routeTree,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}

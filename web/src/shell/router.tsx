//! The routes of the console. Invariant: everything that a page shows is in its address, filters included.

import { createRoute, createRouter } from "@tanstack/react-router";
import { returnPath } from "../auth/return-path.ts";
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

interface SignInSearch {
  /** The page to return to. */
  to?: string | undefined;
  link?: "failed" | "confirm" | undefined;
}

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: ({ to, link }: Record<string, unknown>): SignInSearch => ({
    // A rejected value is replaced by `undefined`, because the router keeps the sent one of an absent parameter.
    to: returnPath(to) ?? undefined,
    link: link === "failed" || link === "confirm" ? link : undefined,
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

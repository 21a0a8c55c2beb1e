//! The parent route of all pages. Invariant: the route has no component, so it does not import the layout.
//!
//! A domain can so name its parent without a cycle: the layout's navigation is built from the domains.

import { createRootRoute } from "@tanstack/react-router";

export const rootRoute = createRootRoute();

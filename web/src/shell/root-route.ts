//! The parent route of all pages. It has no component of its own, so that a domain can name its parent without
//! importing the layout, whose navigation is built from the domains.

import { createRootRoute } from "@tanstack/react-router";

export const rootRoute = createRootRoute();

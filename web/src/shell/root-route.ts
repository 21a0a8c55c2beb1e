//! The route that all pages stand below. It has no component of its own, so that a slice can name its parent without
//! importing the frame, whose navigation is built from the slices.

import { createRootRoute } from "@tanstack/react-router";

/** The parent of every page's route. */
export const rootRoute = createRootRoute();

//! The domains of the console, in the order of the navigation. Invariant: router, navigation, overview and languages
//! are built from this list.

import { event } from "./event/slice.tsx";
import { provenance } from "./provenance/slice.tsx";

/** One entry per domain. */
export const slices = [provenance, event] as const;

//! The domains of the console, in the order of the navigation. The router, the navigation, the overview and the
//! languages are folds over this list.

import { provenance } from "./provenance/slice.tsx";

/** One entry a domain. */
export const slices = [provenance] as const;

//! The parts of the console that a domain brings. Invariant: a domain is named in `src/slices.ts` and in its own
//! folder, nowhere else.

import type { AnyRoute } from "@tanstack/react-router";
import type { ComponentType } from "react";

/** Words in one language, nested by topic. */
export interface WordTree {
  [key: string]: string | WordTree;
}

/** A domain's pages and words. */
export interface Slice {
  /** The domain's word: its words' keys and its problems' codes begin with it. */
  name: string;
  routes: readonly AnyRoute[];
  /** Links of the main navigation, under the slice's `title`; labels are keys of words. */
  navigation: readonly { route: AnyRoute; label: string }[];
  /** The newest records, as a panel of the overview. */
  RecentPanel: ComponentType;
  /** The path of a record's evidence in the API, with a shell variable for the record's id. */
  evidencePath: string;
  /** By language: `title` names the domain, `problem` has a sentence for each code that readers may meet. */
  words: Record<"en" | "zh-CN", WordTree & { title: string; problem: WordTree }>;
}

//! The parts that a domain adds to the console. Invariant: a domain is named in `src/slices.ts` and in its own folder,
//! nowhere else.

import type { AnyRoute } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { Schemas } from "../api/schema.ts";

/** Texts in one language, nested by topic. */
export interface WordTree {
  [key: string]: string | WordTree;
}

/** A domain's pages and texts. */
export interface Slice {
  /** The domain's name; the keys of its texts and the codes of its problems begin with it. */
  name: string;
  routes: readonly AnyRoute[];
  /** Links of the main navigation, under the domain's `title`; labels are translation keys. */
  navigation: readonly { route: AnyRoute; label: string }[];
  /** A panel of the newest records, for the overview. */
  RecentPanel?: ComponentType;
  /** A link to the page of the record that an event of this domain is about; nothing when there is no such page. */
  RecordOfEvent?: ComponentType<{ event: Schemas["CloudEvent"] }>;
  /** The path of a record's evidence in the API, with a shell variable for the record's id. */
  evidencePath?: string;
  /** Texts by language: `title` names the domain, `problem` has a sentence for each code that readers may see. */
  words: Record<"en" | "zh-CN", WordTree & { title: string; problem: WordTree }>;
}

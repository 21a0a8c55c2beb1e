//! The texts of events and webhooks in all languages. Invariant: all languages have the keys of English.

import { en } from "./words/en.ts";
import { zhCN } from "./words/zh-cn.ts";

/** The texts, by language tag. */
export const words = { en, "zh-CN": zhCN };

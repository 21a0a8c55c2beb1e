//! All texts of the console by language. Invariant: a domain's texts are under the domain's name, next to the shared
//! texts.

import { slices } from "../slices.ts";
import { en } from "./en.ts";
import { zhCN } from "./zh-cn.ts";

/** The languages by tag (BCP 47), each named in itself. */
export const LANGUAGES = [
  { tag: "en", name: "English" },
  { tag: "zh-CN", name: "简体中文" },
] as const;

/** The tag of a language. */
export type Language = (typeof LANGUAGES)[number]["tag"];

type Slices = (typeof slices)[number];

/** All texts; translation keys are typed by this. */
export type Words = typeof en & { [One in Slices as One["name"]]: One["words"]["en"] };

const SHARED = { en, "zh-CN": zhCN };

/** Returns all texts of a language. */
export function wordsOf(language: Language): Words {
  const own = Object.fromEntries(slices.map(({ name, words }) => [name, words[language]]));
  return { ...SHARED[language], ...(own as Omit<Words, keyof typeof en>) };
}

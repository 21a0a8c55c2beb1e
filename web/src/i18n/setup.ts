//! Sets up the languages. Invariant: the page's `lang` attribute is always the language shown, and the reader's choice
//! is stored.

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { LANGUAGES, wordsOf } from "./words.ts";

const STORAGE_KEY = "waymark.language";

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** The initial language: the stored choice, else Chinese if the browser prefers it, else English. */
export function initialLanguage(choice: string | null, preferred: readonly string[]): string {
  if (LANGUAGES.some(({ tag }) => tag === choice)) return choice ?? "en";
  return (preferred[0] ?? "").toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

function apply(language: string): void {
  document.documentElement.lang = language;
}

/** Starts the translations; call once, before the first render. */
export async function setUpLanguages(): Promise<void> {
  const lng = initialLanguage(stored(), navigator.languages);
  i18next.on("languageChanged", apply);
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: "en",
    resources: Object.fromEntries(LANGUAGES.map(({ tag }) => [tag, { translation: wordsOf(tag) }])),
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
  apply(lng);
}

/** Changes the language and stores the choice. */
export async function changeLanguage(tag: string): Promise<void> {
  try {
    localStorage.setItem(STORAGE_KEY, tag);
  } catch {
    // The browser may forbid storage; the choice then lasts as long as the page.
  }
  await i18next.changeLanguage(tag);
}

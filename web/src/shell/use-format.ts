//! Numbers and moments in the reader's language.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** Formatters for the language shown. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const integer = new Intl.NumberFormat(language);
    const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
    const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
    return {
      count: (value: number | bigint) => integer.format(value),
      /** With one decimal at most. */
      decimal: (value: number) => decimal.format(value),
      /** Of a share between 0 and 1. */
      percent: (share: number) => percent.format(share),
      /** Milliseconds, with their unit. */
      ms: (value: number) => t("shell.ms", { value: decimal.format(value) }),
      /** Of a moment in RFC 3339, in the reader's zone. */
      moment: (at: string) => moment.format(new Date(at)),
    };
  }, [t, language]);
}

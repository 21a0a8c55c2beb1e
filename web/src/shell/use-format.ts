//! Formats numbers and times in the reader's language. Invariant: the formats change with the language. Times are in
//! UTC, as the filters, the records and the evidence have them, and name their zone.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** Returns formatters for the current language. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const integer = new Intl.NumberFormat(language);
    const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
    // The long style is the shortest that names the zone.
    const style = { dateStyle: "medium", timeStyle: "long" } as const;
    const moment = new Intl.DateTimeFormat(language, { ...style, timeZone: "UTC" });
    const localMoment = new Intl.DateTimeFormat(language, style);
    return {
      count: (value: number | bigint) => integer.format(value),
      /** With at most one decimal. */
      decimal: (value: number) => decimal.format(value),
      /** A share between 0 and 1 as a percentage. */
      percent: (share: number) => percent.format(share),
      /** Milliseconds with their unit. */
      ms: (value: number) => t("shell.ms", { value: decimal.format(value) }),
      /** A time given in RFC 3339, in UTC, with the name of the zone. */
      moment: (at: string) => moment.format(new Date(at)),
      /** The same time in the reader's time zone, with the name of the zone. */
      localMoment: (at: string) => localMoment.format(new Date(at)),
    };
  }, [t, language]);
}

//! Moments in the reader's own zone and words. Invariant: UTC is never more than one hover away.

import { useTranslation } from "react-i18next";

/** A moment given in RFC 3339. */
export function Time({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  const text = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "medium" }).format(
    moment,
  );
  return (
    <time dateTime={moment.toISOString()} title={`${moment.toISOString()} (UTC)`}>
      {text}
    </time>
  );
}

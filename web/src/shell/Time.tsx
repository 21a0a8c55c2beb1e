//! A point in time in the reader's time zone and language. Invariant: the title shows it in UTC.

import { useFormat } from "./use-format.ts";

/** Shows a time given in RFC 3339. */
export function Time({ at }: { at: string }) {
  const format = useFormat();
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={moment.toISOString()} title={`${moment.toISOString()} (UTC)`}>
      {format.moment(at)}
    </time>
  );
}

//! A point in time in UTC and the reader's language. Invariant: the zone is named; the title shows the time in that of
//! the reader.

import { useFormat } from "./use-format.ts";

/** Shows a time given in RFC 3339. */
export function Time({ at }: { at: string }) {
  const format = useFormat();
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={moment.toISOString()} title={format.localMoment(at)}>
      {format.moment(at)}
    </time>
  );
}

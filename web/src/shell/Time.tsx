//! Moments in the reader's own zone and words. Invariant: UTC is never more than one hover away.

import { useFormat } from "./use-format.ts";

/** A moment given in RFC 3339. */
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

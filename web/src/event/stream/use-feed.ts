//! The feed of a page. Invariant: the connection ends with the component, and nothing of one filter is shown for
//! another, because each filter has its own component.

import { useEffect, useReducer, useState } from "react";
import type { EventFilter } from "../cloud-event.ts";
import { changeFeed, EMPTY_FEED, type Feed, type FeedAction } from "./feed.ts";
import { type Connection, follow } from "./follow.ts";

/** Follows the events that meet `filter`, which must stay the same value. */
export function useFeed(filter: EventFilter): {
  feed: Feed;
  connection: Connection;
  change: (action: FeedAction) => void;
  /** Connects anew after a refusal. */
  retry: () => void;
} {
  const [feed, change] = useReducer(changeFeed, EMPTY_FEED);
  const [connection, setConnection] = useState<Connection>({ kind: "connecting" });
  const [attempt, setAttempt] = useState(0);
  const { type, subject } = filter;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt is an event, not an input
  useEffect(() => {
    const stop = new AbortController();
    void follow({
      filter: { ...(type === undefined ? {} : { type }), ...(subject === undefined ? {} : { subject }) },
      signal: stop.signal,
      onStart: (from) => change({ kind: "started", from }),
      onEvents: (events) => change({ kind: "received", events }),
      onConnection: (next) => {
        if (!stop.signal.aborted)
          setConnection((now) => (now.kind === "live" && next.kind === "live" ? now : next));
      },
    });
    return () => stop.abort();
  }, [type, subject, attempt]);
  return { feed, connection, change, retry: () => setAttempt((now) => now + 1) };
}

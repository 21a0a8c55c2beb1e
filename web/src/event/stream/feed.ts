//! The list of a feed. Invariant: it is bounded, its numbers descend without repetition, and it has every event that
//! meets the filter after the number `from`.

import { type CloudEvent, numberOf } from "../cloud-event.ts";

/** The most events of the list, and of those that wait; older ones leave. */
export const SHOWN_MAX = 500;

/** The state of a feed. */
export interface Feed {
  /** Newest first. */
  shown: readonly CloudEvent[];
  /** What arrived while the feed is paused, newest first. */
  waiting: readonly CloudEvent[];
  /** The number of events that arrived while the feed is paused, with those that left again. */
  waitingCount: number;
  isPaused: boolean;
  /** The list has every event after this number; `null` before the first answer. */
  from: number | null;
}

export type FeedAction =
  | { kind: "started"; from: number }
  /** `events` in the order of their numbers, newer than all before. */
  | { kind: "received"; events: readonly CloudEvent[] }
  /** `events` in the order of their numbers, those after the number `from` and not after that of the list. */
  | { kind: "earlier"; events: readonly CloudEvent[]; from: number }
  | { kind: "paused" }
  | { kind: "resumed" };

export const EMPTY_FEED: Feed = { shown: [], waiting: [], waitingCount: 0, isPaused: false, from: null };

/** `events`, newest first, as the list of a feed that has every event after the number `from`. */
function bounded(events: readonly CloudEvent[], from: number | null): Pick<Feed, "shown" | "from"> {
  const left = events[SHOWN_MAX];
  return left === undefined
    ? { shown: events, from }
    : { shown: events.slice(0, SHOWN_MAX), from: numberOf(left) };
}

/** Applies an action. */
export function changeFeed(feed: Feed, action: FeedAction): Feed {
  switch (action.kind) {
    case "started":
      return { ...EMPTY_FEED, isPaused: feed.isPaused, from: action.from };
    case "received": {
      const newest = feed.waiting[0] ?? feed.shown[0];
      const known = newest === undefined ? (feed.from ?? 0) : numberOf(newest);
      const events = action.events.filter((event) => numberOf(event) > known).toReversed();
      if (!feed.isPaused) return { ...feed, ...bounded([...events, ...feed.shown], feed.from) };
      return {
        ...feed,
        waiting: [...events, ...feed.waiting].slice(0, SHOWN_MAX),
        waitingCount: feed.waitingCount + events.length,
      };
    }
    case "earlier": {
      const oldest = feed.from ?? 0;
      const events = action.events.filter((event) => numberOf(event) <= oldest).toReversed();
      return { ...feed, ...bounded([...feed.shown, ...events], Math.min(oldest, action.from)) };
    }
    case "paused":
      return { ...feed, isPaused: true };
    case "resumed": {
      const list = bounded([...feed.waiting, ...feed.shown], feed.from);
      const isComplete = feed.waitingCount === feed.waiting.length;
      // Some of those that waited have left: the list ends above them.
      const from = isComplete
        ? list.from
        : Math.max(list.from ?? 0, numberOf(feed.waiting.at(-1) as CloudEvent) - 1);
      return { ...list, from, waiting: [], waitingCount: 0, isPaused: false };
    }
  }
}

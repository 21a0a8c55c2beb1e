//! Tests that the list of a feed is bounded, ordered and complete from its number on.

import { expect, test } from "vitest";
import { numberOf } from "../cloud-event.ts";
import { someEvent } from "../test-event.ts";
import { changeFeed, EMPTY_FEED, type Feed, type FeedAction, SHOWN_MAX } from "./feed.ts";

/** The events with the numbers `from` to `to`. */
function events(from: number, to: number) {
  return Array.from({ length: to - from + 1 }, (_, index) => someEvent(from + index));
}

function after(...actions: FeedAction[]): Feed {
  return actions.reduce(changeFeed, EMPTY_FEED);
}

function numbers(list: Feed["shown"]): number[] {
  return list.map(numberOf);
}

test("events are shown newest first, each once", () => {
  const feed = after(
    { kind: "started", from: 4 },
    { kind: "received", events: events(5, 6) },
    { kind: "received", events: events(6, 7) },
    { kind: "received", events: events(3, 4) },
  );
  expect(numbers(feed.shown)).toEqual([7, 6, 5]);
  expect(feed.from).toBe(4);
});

test("the list is bounded, and says from where on it is complete", () => {
  const feed = after({ kind: "started", from: 0 }, { kind: "received", events: events(1, SHOWN_MAX + 3) });
  expect(feed.shown.length).toBe(SHOWN_MAX);
  expect(numbers(feed.shown).at(-1)).toBe(4);
  expect(feed.from).toBe(3);
});

test("a paused list does not change, counts what waits, and shows it when it is resumed", () => {
  const paused = after(
    { kind: "started", from: 0 },
    { kind: "received", events: events(1, 2) },
    { kind: "paused" },
    { kind: "received", events: events(2, 4) },
    { kind: "received", events: events(5, 5) },
  );
  expect(numbers(paused.shown)).toEqual([2, 1]);
  expect(paused.waitingCount).toBe(3);
  const resumed = changeFeed(paused, { kind: "resumed" });
  expect(numbers(resumed.shown)).toEqual([5, 4, 3, 2, 1]);
  expect([resumed.waitingCount, resumed.isPaused, resumed.from]).toEqual([0, false, 0]);
});

test.each([0, 3])(
  "what waits is bounded, too, and the list then ends above what left: %i shown before",
  (shown) => {
    const resumed = after(
      { kind: "started", from: 0 },
      { kind: "received", events: events(1, shown) },
      { kind: "paused" },
      { kind: "received", events: events(shown + 1, shown + SHOWN_MAX + 10) },
      { kind: "resumed" },
    );
    expect(resumed.shown.length).toBe(SHOWN_MAX);
    expect(numbers(resumed.shown).at(-1)).toBe(shown + 11);
    expect(resumed.from).toBe(shown + 10);
  },
);

test("earlier events follow below", () => {
  const feed = after(
    { kind: "started", from: 10 },
    { kind: "received", events: events(11, 12) },
    { kind: "earlier", events: [someEvent(3), someEvent(10), someEvent(11)], from: 2 },
  );
  expect(numbers(feed.shown)).toEqual([12, 11, 10, 3]);
  expect(feed.from).toBe(2);
});

test("earlier events fill the list up to its bound", () => {
  const feed = after(
    { kind: "started", from: 20 },
    { kind: "received", events: events(21, SHOWN_MAX + 15) },
    { kind: "earlier", events: events(1, 20), from: 0 },
  );
  expect(feed.shown.length).toBe(SHOWN_MAX);
  expect(numbers(feed.shown).at(-1)).toBe(16);
  expect(feed.from).toBe(15);
});

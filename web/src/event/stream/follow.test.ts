//! Tests that no event is lost when the connection is, and what is done when there is no stream.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CloudEvent, numberOf } from "../cloud-event.ts";
import { eventPage, someEvent, streamOf, streamText } from "../test-event.ts";
import { type Connection, EARLIER_AT_FIRST, follow } from "./follow.ts";

type Answer = (lastId: string | null) => Response | Promise<Response>;

const NEWEST = 120;
const FIRST = NEWEST - EARLIER_AT_FIRST;
/** Longer than any wait of a client that lives. */
const LONG_MS = 60_000;

/** A gateway whose stream gives these answers in turn, then one that stays open; `pages` answers pages. */
function serve(streams: Answer[], pages: (after: number) => Response = () => eventPage([], NEWEST)) {
  const lastIds: (string | null)[] = [];
  const times: number[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const url = new URL(path, "http://gateway.test");
    const after = Number(url.searchParams.get("after"));
    if (url.pathname === "/v1/events") return after === 0 ? eventPage([], NEWEST) : pages(after);
    times.push(Date.now());
    const lastId = new Headers(init.headers).get("Last-Event-ID");
    lastIds.push(lastId);
    return (streams.shift() ?? (() => streamOf([":\n\n"], { isOpen: true })))(lastId);
  });
  return { lastIds, times };
}

/** Follows until `ms` have passed, and returns what was reported. */
async function followFor(ms: number, filter = {}) {
  const stop = new AbortController();
  const events: number[] = [];
  const states: Connection[] = [];
  const starts: number[] = [];
  const running = follow({
    filter,
    signal: stop.signal,
    onStart: (after) => starts.push(after),
    onEvents: (received: CloudEvent[]) => events.push(...received.map(numberOf)),
    onConnection: (state) => states.push(state),
    random: () => 1,
  });
  await vi.advanceTimersByTimeAsync(ms);
  stop.abort();
  await running;
  return { events, kinds: states.map(({ kind }) => kind), starts, states };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a reader begins with earlier events, and continues after the last id however often the stream ends", async () => {
  const text = streamText(someEvent(FIRST + 1), someEvent(FIRST + 2));
  const { lastIds, times } = serve(
    [
      () => streamOf(["retry: 10\n\n", text.slice(0, 30), text.slice(30), "id: 1"]),
      () => streamOf([`id: ${FIRST + 9}\n\n`]),
      () => streamOf([streamText(someEvent(FIRST + 10))], { isOpen: true }),
    ],
    (after) => eventPage([], after),
  );
  const { events, starts, kinds } = await followFor(10_000);
  expect(starts).toEqual([FIRST]);
  expect(events).toEqual([FIRST + 1, FIRST + 2, FIRST + 10]);
  expect(lastIds).toEqual([`${FIRST}`, `${FIRST + 2}`, `${FIRST + 9}`]);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(10);
  expect(kinds.at(-1)).toBe("live");
});

test("an event that the connection cut is sent again", async () => {
  const cut = streamText(someEvent(FIRST + 1)).slice(0, -1);
  const { lastIds } = serve([
    () => streamOf([cut]),
    () => streamOf([streamText(someEvent(FIRST + 1))], { isOpen: true }),
  ]);
  expect((await followFor(3_000)).events).toEqual([FIRST + 1]);
  expect(lastIds).toEqual([`${FIRST}`, `${FIRST}`]);
});

test("while there is no stream, pages are read, and the stream continues after them", async () => {
  const unavailable = () => Response.json({ code: "limit.share" }, { status: 429 });
  const { lastIds } = serve([unavailable, unavailable], (after) =>
    after === FIRST ? eventPage([someEvent(75)], 80, NEWEST) : eventPage([someEvent(90)], NEWEST),
  );
  const { events, kinds } = await followFor(10_000);
  expect(events).toEqual([75, 90]);
  expect(kinds).toEqual(["connecting", "waiting", "polling", "live"]);
  expect(lastIds).toEqual([`${FIRST}`, `${FIRST}`, `${NEWEST}`]);
});

test("the waits between attempts double up to a limit", async () => {
  const failed = Array.from({ length: 9 }, () => () => Promise.reject(new TypeError("no connection")));
  const { times } = serve(failed, () => Response.json({ code: "limit.not_ready" }, { status: 503 }));
  const { kinds } = await followFor(170_000);
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  expect(new Set(kinds)).toEqual(new Set(["connecting", "waiting"]));
});

test("a stream that is silent is given up", async () => {
  const { times } = serve([
    () => streamOf([], { isOpen: true }),
    () => streamOf([":\n\n"], { isOpen: true }),
  ]);
  await followFor(LONG_MS + 1_000);
  // No first bytes for 10 s and a wait of 2 s; then no comment for 40 s.
  const [first = 0, ...others] = times;
  expect(others.map((time) => time - first)).toEqual([12_000, 54_000]);
});

test("a stream that the service ends is opened anew", async () => {
  const ended = 'event: error\ndata: {"code":"auth.invalid_token"}\n\n';
  const { lastIds } = serve([() => streamOf([streamText(someEvent(FIRST + 1)), ended], { isOpen: true })]);
  const { events, kinds } = await followFor(3_000);
  expect(events).toEqual([FIRST + 1]);
  expect(lastIds).toEqual([`${FIRST}`, `${FIRST + 1}`]);
  expect(kinds).toEqual(["connecting", "live", "waiting", "live"]);
});

test("a request that is refused is not repeated", async () => {
  const { lastIds } = serve([() => Response.json({ code: "request.invalid_parameter" }, { status: 400 })]);
  const { states } = await followFor(LONG_MS, { type: "nothing" });
  expect(lastIds.length).toBe(1);
  expect(states.at(-1)).toMatchObject({ kind: "refused", error: { code: "request.invalid_parameter" } });
});

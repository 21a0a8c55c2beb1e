//! Follows the tenant's events: over the stream, and by pages while the stream cannot be had. Invariant: events are
//! passed on once each, in the order of their numbers, and none is left out however often the connection is lost.

import { ApiProblem } from "../../api/problem.ts";
import { authorisedFetch } from "../../auth/session.ts";
import { type CloudEvent, type EventFilter, fetchNewest, readPages, streamPath } from "../cloud-event.ts";
import { MessageParser } from "./server-sent.ts";

/** The state of the connection. */
export type Connection =
  | { kind: "connecting" }
  /** Events arrive as they become final. */
  | { kind: "live" }
  /** The stream cannot be had; pages are read instead. */
  | { kind: "polling" }
  /** Nothing can be had; the next attempt follows by itself. */
  | { kind: "waiting"; error: unknown }
  /** The request was refused, and would be again. */
  | { kind: "refused"; error: unknown };

/** The times in milliseconds. */
export interface Timing {
  /** The wait after the first failure, unless the stream names another; it doubles with each further one. */
  retryMs: number;
  retryMsMax: number;
  /** The wait between pages while the stream cannot be had. */
  pollMs: number;
  /** The wait for the first bytes of a stream: a proxy that collects them has failed. */
  firstBytesMs: number;
  /** The longest silence of a stream that lives; the service sends a comment every 15 s. */
  silenceMs: number;
  /** The time after which a connection counts as a success, so that the next wait is a short one again. */
  healthyMs: number;
}

const TIMING: Timing = {
  retryMs: 2_000,
  retryMsMax: 30_000,
  pollMs: 5_000,
  firstBytesMs: 10_000,
  silenceMs: 40_000,
  healthyMs: 10_000,
};

/** The number of failures in a row after which pages are read. */
const FAILURES_BEFORE_PAGES = 2;
/** The number of earlier events with which a reader begins. */
export const EARLIER_AT_FIRST = 50;

export interface FollowOptions {
  filter: EventFilter;
  signal: AbortSignal;
  /** Called once, with the number after which events are passed on. */
  onStart: (after: number) => void;
  /** Called with events in the order of their numbers. */
  onEvents: (events: CloudEvent[]) => void;
  onConnection: (connection: Connection) => void;
  timing?: Timing;
  /** Between 0 and 1, so that clients that lost one server do not come back in step. */
  random?: () => number;
}

/** The last event of a stream that the service ends itself, such as for a token that expired. */
class StreamEnded extends Error {}

/** Whether the request would be refused again. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof ApiProblem &&
    error.status >= 400 &&
    error.status < 500 &&
    ![408, 429].includes(error.status)
  );
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** Reads one connection until it ends, and passes on its text; fails when it is silent for too long. */
async function readText(
  path: string,
  lastId: number,
  signal: AbortSignal,
  timing: Timing,
  onText: (text: string) => void,
): Promise<void> {
  const own = new AbortController();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const stop = () => {
    own.abort();
    void reader?.cancel().catch(() => {});
  };
  let isSilent = false;
  const stopSilent = () => {
    isSilent = true;
    stop();
  };
  let timer = setTimeout(stopSilent, timing.firstBytesMs);
  signal.addEventListener("abort", stop);
  try {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(lastId) };
    const { body } = await authorisedFetch(path, own.signal, headers);
    reader = body?.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      clearTimeout(timer);
      timer = setTimeout(stopSilent, timing.silenceMs);
      onText(decoder.decode(part.value, { stream: true }));
    }
    if (isSilent) throw new StreamEnded("the stream was silent");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** Follows the events until `signal` is aborted or the request is refused. */
export async function follow(options: FollowOptions): Promise<void> {
  const { filter, signal, onStart, onEvents, onConnection, timing = TIMING, random = Math.random } = options;
  /** Every event up to this number was passed on, or does not meet the filter; `null` before the first answer. */
  let readTo: number | null = null;
  let retryMs = timing.retryMs;
  let failures = 0;

  const start = async () => {
    if (readTo !== null) return readTo;
    readTo = Math.max(0, (await fetchNewest(signal)) - EARLIER_AT_FIRST);
    onStart(readTo);
    return readTo;
  };

  const stream = async () => {
    const parser = new MessageParser();
    await readText(streamPath(filter), await start(), signal, timing, (text) => {
      const messages = parser.push(text);
      const ended = messages.find(({ type }) => type === "error");
      const events = messages.filter((message) => message !== ended);
      if (events.length > 0) onEvents(events.map(({ data }) => JSON.parse(data) as CloudEvent));
      if (parser.lastId !== null) readTo = Number(parser.lastId);
      retryMs = parser.retryMs ?? retryMs;
      if (ended !== undefined) throw new StreamEnded(ended.data);
      onConnection({ kind: "live" });
    });
  };

  const pages = async () => {
    await readPages(filter, { after: await start() }, signal, (events, examined) => {
      if (events.length > 0) onEvents(events);
      readTo = examined;
    });
  };

  /** Tries pages after a stream failed, reports the state, and returns the wait until the next attempt. */
  const fallBack = async (failure: unknown): Promise<number | null> => {
    let error = failure;
    if (failures >= FAILURES_BEFORE_PAGES && !isFinal(error)) {
      try {
        await pages();
        onConnection({ kind: "polling" });
        return timing.pollMs;
      } catch (other) {
        error = other;
      }
    }
    if (signal.aborted) return null;
    onConnection({ kind: isFinal(error) ? "refused" : "waiting", error });
    const longest = Math.min(timing.retryMsMax, retryMs * 2 ** (failures - 1));
    return isFinal(error) ? null : longest * (0.5 + random() / 2);
  };

  onConnection({ kind: "connecting" });
  while (!signal.aborted) {
    const beganAt = performance.now();
    let error: unknown = new StreamEnded("the connection was closed");
    try {
      await stream();
    } catch (failure) {
      error = failure;
    }
    if (signal.aborted) return;
    failures = performance.now() - beganAt >= timing.healthyMs ? 1 : failures + 1;
    const ms = await fallBack(error);
    if (ms === null) return;
    await wait(ms, signal);
  }
}

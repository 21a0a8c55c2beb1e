//! Events for tests.

import type { CloudEvent } from "./cloud-event.ts";

/** An EPCIS event that became final, with the number `number`. */
export function someEvent(number: number, members: Partial<CloudEvent> = {}): CloudEvent {
  const subject = `urn:uuid:${number}`;
  return {
    specversion: "1.0",
    id: String(number),
    source: "urn:waymark:chain:tenant",
    type: "waymark.provenance.event_captured",
    subject,
    time: "2026-01-01T00:00:00.000000Z",
    datacontenttype: "application/json",
    sequence: String(number).padStart(20, "0"),
    shard: 0,
    height: "7",
    recordindex: 0,
    evidence: `/v1/slice/events/${encodeURIComponent(subject)}/evidence`,
    data: { eventID: subject, bizStep: "shipping" } as unknown as CloudEvent["data"],
    ...members,
  };
}

/** Events as a part of a stream. */
export function streamText(...events: readonly CloudEvent[]): string {
  return events
    .map((event) => `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}

/** A page of events. */
export function eventPage(items: readonly CloudEvent[], readTo: number, newest = readTo): Response {
  const next = readTo < newest ? String(readTo) : null;
  return Response.json({ items, next_cursor: next, read_to: readTo, newest });
}

/** A stream that sends these texts and then ends, or stays open. */
export function streamOf(texts: readonly string[], { isOpen = false } = {}): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text));
      if (!isOpen) controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

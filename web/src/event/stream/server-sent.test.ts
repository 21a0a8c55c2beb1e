//! Tests that streams are parsed as the standard says, wherever they are cut.

import { expect, test } from "vitest";
import { LINE_CHARS_MAX, type Message, MessageParser } from "./server-sent.ts";

function parse(...parts: string[]): { messages: Message[]; parser: MessageParser } {
  const parser = new MessageParser();
  return { messages: parts.flatMap((part) => parser.push(part)), parser };
}

/** Streams with the events, the last id and the time that they mean. */
const STREAMS: [string, Message[], string | null, number | null][] = [
  ["data: a\n\n", [{ type: "message", data: "a" }], null, null],
  ["retry: 2000\n\n", [], null, 2000],
  ["id: 7\nevent: x\ndata: a\ndata: b\n\n", [{ type: "x", data: "a\nb" }], "7", null],
  [
    "id: 7\r\ndata:a\r\n\r\ndata:  b\r\r",
    [
      { type: "message", data: "a" },
      { type: "message", data: " b" },
    ],
    "7",
    null,
  ],
  ["event: x\r\ndata: a\r\ndata: b\r\n\r\n", [{ type: "x", data: "a\nb" }], null, null],
  [":\n\n:comment\nid: 9\n\n", [], "9", null],
  ["event: x\n\ndata\n\n", [{ type: "message", data: "" }], null, null],
  ["id: 1\ndata: a\n\nid: 2\ndata: unfinished\n", [{ type: "message", data: "a" }], "1", null],
  ["id: a\0b\nretry: 1s\nother: x\ndata: a\n\n", [{ type: "message", data: "a" }], null, null],
];

test.each(STREAMS)("%j", (text, messages, lastId, retryMs) => {
  for (const parts of [[text], [...text], [text.slice(0, 5), text.slice(5)]]) {
    const { messages: found, parser } = parse(...parts);
    expect(found).toEqual(messages);
    expect([parser.lastId, parser.retryMs]).toEqual([lastId, retryMs]);
  }
});

test("a line without end is refused", () => {
  expect(() => parse("data: ", "a".repeat(LINE_CHARS_MAX))).toThrow(RangeError);
});

//! Tests that the events that the verifier can read are those of the ledger's event table.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decode } from "./borsh.ts";
import { fromHex } from "./bytes.ts";
import { readEvent, SLICES } from "./ledger-event.ts";

interface Word {
  name: string;
  slice: number;
  index: number;
  /** An example, in hexadecimal. */
  bytes: string;
}

/** Relative to `web/`, where the tests run. */
const WORDS = "../chain/types/tests/frozen/words.json";
const { events } = JSON.parse(readFileSync(WORDS, "utf8")) as { events: readonly Word[] };

describe("events", () => {
  test("are the ledger's, at their places", () => {
    const own = SLICES.flatMap((kinds, slice) => kinds.map(([name], index) => ({ name, slice, index })));
    expect(own).toEqual(events.map(({ name, slice, index }) => ({ name, slice, index })));
  });

  test.each(events)("$name is read to its end", ({ name, bytes }) => {
    expect(decode("Event", fromHex(bytes) ?? new Uint8Array(), readEvent)).toBe(name);
  });
});

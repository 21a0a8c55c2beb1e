//! Tests that two votes convict only if they contradict each other and one key signed both. The test generates its own
//! keys.

import { beforeAll, describe, expect, test } from "vitest";
import { type Bytes, concat, littleEndian, toHex, utf8 } from "./bytes.ts";
import { type AccusedPair, convicts } from "./equivocation.ts";
import { NAMESPACE, TAG, Workbook } from "./workbook.ts";

const [FINALISE, NOTARISE, NULLIFY, PROPOSE] = [0, 1, 2, 3];
const book = new Workbook(() => {});
let keys: { public: string; sign: (vote: Bytes) => Promise<string> };

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function vote(step: number, block: number, view = 3): Bytes {
  const place = [littleEndian(1, 2), littleEndian(0, 8), littleEndian(12, 8), littleEndian(view, 8)];
  return concat([new Uint8Array(32).fill(7), ...place, Uint8Array.of(step), new Uint8Array(32).fill(block)]);
}

async function pair(first: Bytes, second: Bytes): Promise<AccusedPair> {
  const signed = async (bytes: Bytes) => ({ vote: base64(bytes), signature: await keys.sign(bytes) });
  return { key: keys.public, first: await signed(first), second: await signed(second) };
}

beforeAll(async () => {
  const made = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey));
  const namespace = utf8(NAMESPACE.vote);
  keys = {
    public: `01${toHex(raw)}`,
    sign: async (bytes) => {
      const digest = await book.tagged("vote", TAG.vote, bytes);
      const message = concat([littleEndian(namespace.length, 1), namespace, digest]);
      const raw = new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, made.privateKey, message));
      return base64(concat([Uint8Array.of(1), raw]));
    },
  };
});

describe("an accusation", () => {
  test.each([
    ["two blocks proposed in one view", vote(PROPOSE, 1), vote(PROPOSE, 2), true],
    ["two blocks notarised in one view", vote(NOTARISE, 1), vote(NOTARISE, 2), true],
    ["a view nullified and finalised", vote(NULLIFY, 0), vote(FINALISE, 1), true],
    ["the same in the other order", vote(FINALISE, 1), vote(NULLIFY, 0), true],
    ["one vote twice", vote(NOTARISE, 1), vote(NOTARISE, 1), false],
    ["a proposal and its notarisation", vote(PROPOSE, 1), vote(NOTARISE, 1), false],
    ["votes of two views", vote(NOTARISE, 1, 3), vote(NOTARISE, 2, 4), false],
    ["a step that does not exist", vote(4, 1), vote(4, 2), false],
  ])("of %s convicts: %#", async (_, first, second, expected) => {
    expect(await convicts(book, await pair(first, second))).toBe(expected);
  });

  test("with a changed signature, vote or key convicts nobody", async () => {
    const good = await pair(vote(NOTARISE, 1), vote(NOTARISE, 2));
    expect(await convicts(book, good)).toBe(true);
    const forged = { ...good.second, signature: good.first.signature };
    const other = { ...good.second, vote: base64(vote(NOTARISE, 3)) };
    const broken: AccusedPair[] = [
      { ...good, second: forged },
      { ...good, second: other },
      { ...good, key: `${good.key.slice(0, -1)}${good.key.endsWith("0") ? "1" : "0"}` },
      { ...good, key: `02${good.key.slice(2)}` },
      { ...good, key: good.key.slice(2) },
      { ...good, key: "" },
      { ...good, first: { ...good.first, vote: "" } },
      { ...good, first: { ...good.first, signature: "AA==" } },
    ];
    for (const one of broken) expect(await convicts(book, one)).toBe(false);
  });
});

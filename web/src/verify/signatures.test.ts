//! Tests that the browser's verifier gives the verdicts of the ledger's table of signature edge cases. `chain/types`
//! tests the ledger with the same file, and `script/signatures.py` implements the rule in Python.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Bytes, fromHex } from "./bytes.ts";
import { type Ed25519Claim, verifyEd25519 } from "./ed25519.ts";

interface Row {
  name: string;
  key: string;
  message: string;
  signature: string;
  accepted: boolean;
}

/** Relative to `web/`, where the tests run. */
const rows = JSON.parse(readFileSync("../chain/types/vectors/signatures.json", "utf8")) as Row[];

function bytes(text: string): Bytes {
  const found = fromHex(text);
  if (found === null) throw new Error(`${text} is not hexadecimal`);
  return found;
}

function claimOf({ key, message, signature }: Row): Ed25519Claim {
  return { key: bytes(key).slice(1), message: bytes(message), signature: bytes(signature).slice(1) };
}

describe("the table of signatures", () => {
  test("exists and has both verdicts", () => {
    expect(rows.length).toBeGreaterThan(300);
    expect(new Set(rows.map(({ accepted }) => accepted)).size).toBe(2);
  });

  test("has the ledger's verdicts", async () => {
    for (const row of rows)
      expect([row.name, await verifyEd25519(crypto.subtle, claimOf(row))]).toEqual([row.name, row.accepted]);
  });

  test("has the same verdicts where WebCrypto has no Ed25519", async () => {
    for (const row of rows)
      expect([row.name, await verifyEd25519(null, claimOf(row))]).toEqual([row.name, row.accepted]);
  });

  test("has signatures that only WebCrypto refuses, and some that only WebCrypto accepts", async () => {
    const alone = async ({ key, message, signature }: Ed25519Claim) => {
      const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
    };
    const verdicts = await Promise.all(rows.map(async (row) => ({ row, ok: await alone(claimOf(row)) })));
    expect(verdicts.some(({ row, ok }) => row.accepted && !ok)).toBe(true);
    expect(verdicts.some(({ row, ok }) => !row.accepted && ok)).toBe(true);
  });
});

describe("key and signature", () => {
  test("of other lengths are refused", async () => {
    const row = rows.find(({ name }) => name === "honest");
    if (row === undefined) throw new Error("there is no honest row");
    const claim = claimOf(row);
    expect(await verifyEd25519(crypto.subtle, claim)).toBe(true);
    for (const broken of [
      { ...claim, key: claim.key.slice(1) },
      { ...claim, key: bytes(row.key) },
      { ...claim, signature: claim.signature.slice(1) },
      { ...claim, signature: bytes(row.signature) },
    ])
      expect(await verifyEd25519(crypto.subtle, broken)).toBe(false);
  });
});

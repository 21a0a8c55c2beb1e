//! Prints the table of signature edge cases, one line per row, with the verdict of each implementation: the ledger
//! alone and in a batch, the rule written in Rust with another library and in Python, and the browser's verifier in
//! Chromium with and without WebCrypto. Run with `npm run signatures`; exits with 1 when two of them disagree.

import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { openBrowser, openPage } from "./browser.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const WEB = fileURLToPath(new URL("../../", import.meta.url));
const VECTORS = "chain/types/vectors/signatures.json";
const COLUMNS = ["expected", "ledger", "batch", "rule", "python", "browser", "no webcrypto"];
/** The width of a row's name, in characters. */
const NAME_WIDTH = 84;

function run(command, args) {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error !== undefined) throw error;
  if (stdout === "") throw new Error(`${command} ended with ${status} and printed nothing`);
  return stdout.trimEnd().split("\n");
}

/** The verdicts of the ledger's library and of the rule written in Rust, as `alone batch rule name`. */
function askRust() {
  const cargo = [
    "run",
    "--quiet",
    "--release",
    "--locked",
    "--package",
    "chain-types",
    "--example",
    "signatures",
  ];
  return run("cargo", [...cargo, "--", VECTORS]).map((line) => line.split(" ").slice(0, 3));
}

function askPython() {
  return run("python3", ["script/signatures.py", VECTORS]).map((line) => line.slice(0, 1));
}

/** Runs in the page and returns the verdicts of the page's own verifier. */
async function verdicts(rows) {
  const { verifyEd25519 } = await import("/src/verify/ed25519.ts");
  const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  const all = [];
  for (const { key, message, signature } of rows) {
    const claim = {
      key: bytes(key).slice(1),
      message: bytes(message),
      signature: bytes(signature).slice(1),
    };
    const both = [await verifyEd25519(crypto.subtle, claim), await verifyEd25519(null, claim)];
    all.push(both.map((verdict) => (verdict ? "1" : "0")));
  }
  return all;
}

async function askBrowser(rows) {
  const server = await createServer({ root: WEB, logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
  await server.listen();
  const origin = server.resolvedUrls?.local[0] ?? "";
  const browser = await openBrowser();
  try {
    const { page } = await openPage(browser, new URL(origin).origin);
    await page.goto(`${origin}src/verify/ed25519.ts`);
    return await page.evaluate(verdicts, rows);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function main() {
  const rows = JSON.parse(await readFile(`${ROOT}${VECTORS}`, "utf8"));
  const [rust, python, browser] = [askRust(), askPython(), await askBrowser(rows)];
  let disagreements = 0;
  console.log(["row".padEnd(NAME_WIDTH), ...COLUMNS].join("  "));
  for (const [at, { name, accepted }] of rows.entries()) {
    const all = [accepted ? "1" : "0", ...rust[at], python[at], ...browser[at]];
    // The ledger signs and checks only messages with a namespace, so it has no verdict on a published test vector.
    const isAgreed = new Set(all.filter((verdict) => verdict !== "-")).size === 1;
    disagreements += isAgreed ? 0 : 1;
    const cells = all.map(
      (verdict, column) =>
        ({ 0: "refused", 1: "valid" })[verdict]?.padEnd(COLUMNS[column].length) ??
        "-".padEnd(COLUMNS[column].length),
    );
    console.log([name.padEnd(NAME_WIDTH), ...cells, ...(isAgreed ? [] : ["DISAGREE"])].join("  "));
  }
  console.log(`rows ${rows.length}, disagreements ${disagreements}`);
  return disagreements === 0 ? 0 : 1;
}

process.exitCode = await main();

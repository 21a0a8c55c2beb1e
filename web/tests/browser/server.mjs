//! The server under test: a given one, or one that is started here. Invariant: a server that was started here is
//! stopped when the tests end, however they end.

import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The maximum time for the start. */
const START_TIMEOUT_MS = 120_000;

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {string} clientId
 * @property {string} clientSecret
 * @property {string | null} databaseUrl Of the private Postgres; null for a given server.
 * @property {boolean} maySend Whether it sends webhooks to this machine, which a given server does not.
 * @property {() => Promise<string>} consoleLink Makes another link.
 * @property {() => Promise<void>} stop
 */

function binary() {
  const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
  return process.env.WAYMARK_BIN ?? join(target, "release", "waymark");
}

/** Asks the server on a data directory for a console link. */
async function consoleLink(data) {
  const { stdout } = await promisify(execFile)(binary(), ["console-link", "--json", "--data", data]);
  return JSON.parse(stdout).url;
}

/** Reads the first line of standard output, which tells that the server is ready. */
function readyLine(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not ready after ${START_TIMEOUT_MS} ms`)),
      START_TIMEOUT_MS,
    );
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
  });
}

async function privateDatabase(data) {
  try {
    const running = JSON.parse(await readFile(join(data, "running.json"), "utf8"));
    return running.administrator_url ?? null;
  } catch {
    return null;
  }
}

/** Starts a server that may send webhooks to `receiver`. */
async function start(receiver) {
  const path = binary();
  if (!existsSync(path))
    throw new Error(`there is no ${path}; build it with "make build" or set WAYMARK_BIN`);
  const data = await mkdtemp(join(tmpdir(), "waymark-browser-"));
  const child = spawn(path, ["up", "--json", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, WAYMARK_WEBHOOK_ALLOW: receiver.host },
  });
  const killAtExit = () => child.kill("SIGTERM");
  process.once("exit", killAtExit);
  const stop = async () => {
    process.off("exit", killAtExit);
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    await rm(data, { recursive: true, force: true });
    if (child.exitCode !== 0)
      throw new Error(`the server stopped with ${child.exitCode ?? child.signalCode}`);
  };
  try {
    const ready = await readyLine(child);
    return {
      url: ready.url,
      clientId: ready.client_id,
      clientSecret: ready.client_secret,
      databaseUrl: await privateDatabase(ready.data),
      maySend: true,
      consoleLink: () => consoleLink(ready.data),
      stop,
    };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

/**
 * Returns the server that the environment names, or starts a new one that may send webhooks to `receiver`.
 * @returns {Promise<Server>}
 */
export async function openServer(receiver) {
  const { WAYMARK_URL: url, WAYMARK_CLIENT_ID: clientId, WAYMARK_CLIENT_SECRET: clientSecret } = process.env;
  if (url && clientId && clientSecret) {
    const data = process.env.WAYMARK_DATA_DIR ?? "waymark-data";
    return {
      url: url.replace(/\/$/, ""),
      clientId,
      clientSecret,
      databaseUrl: null,
      maySend: false,
      consoleLink: () => consoleLink(data),
      stop: async () => {},
    };
  }
  return start(receiver);
}

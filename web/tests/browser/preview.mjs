//! Serves the pages of `dist/` in front of a server's API. Invariant: a changed page is tested without building the
//! binary.

import { fileURLToPath } from "node:url";
import { preview } from "vite";

/**
 * Serves `dist/` and proxies requests of the API to `server`; returns the server with the address of the pages.
 * @param {import("./server.mjs").Server} server
 * @returns {Promise<import("./server.mjs").Server>}
 */
export async function openPreview(server) {
  // vite.config.ts reads the gateway for the API's paths from this variable.
  process.env.WAYMARK_URL = server.url;
  const pages = await preview({
    root: fileURLToPath(new URL("../../", import.meta.url)),
    logLevel: "error",
    preview: { host: "127.0.0.1", port: 0 },
  });
  const url = (pages.resolvedUrls?.local[0] ?? "").replace(/\/$/, "");
  const stop = async () => {
    await pages.close();
    await server.stop();
  };
  return { ...server, url, stop };
}

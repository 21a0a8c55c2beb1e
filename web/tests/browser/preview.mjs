//! The pages of `dist/` in front of a server's API: a changed page is tested without building it into the binary.

import { fileURLToPath } from "node:url";
import { preview } from "vite";

/**
 * Serves `dist/` and leads requests of the API to `server`; answers the same server at the address of the pages.
 * @param {import("./server.mjs").Server} server
 * @returns {Promise<import("./server.mjs").Server>}
 */
export async function openPreview(server) {
  // vite.config.ts reads from here which gateway the API's paths lead to.
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

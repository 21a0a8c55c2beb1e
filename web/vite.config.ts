//! The build of the console. Invariant: everything that a page needs comes from its own origin, and the console's pages
//! need neither inline scripts nor inline styles, so the gateway can serve them under `default-src 'self'`.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { themeCss } from "./src/shell/theme.ts";

/** A running gateway for `npm run dev`, to which requests of the API are proxied. */
const gateway = process.env.WAYMARK_URL ?? "http://127.0.0.1:8080";
const apiPaths = ["/v1", "/epcis", "/id/", "/.well-known", "/oauth", "/graphql", "/openapi.json"];

/** The content security policy of the console's pages; `npm run preview` serves them with it. */
const consolePolicy =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/** The policy of Swagger UI and GraphiQL, which write style elements and load fonts from data URLs. */
const developerPolicy = `${consolePolicy}; style-src 'self' 'unsafe-inline'; font-src 'self' data:`;

/**
 * Writes Mantine's variables into a stylesheet at build time; by default Mantine creates a style element at run time.
 */
function themeStylesheet(): Plugin {
  const [id, resolved] = ["virtual:theme.css", "\0virtual:theme.css"];
  return {
    name: "theme-stylesheet",
    resolveId: (source) => (source === id ? resolved : null),
    load: (source) => (source === resolved ? themeCss() : null),
  };
}

function previewPolicies(): Plugin {
  return {
    name: "preview-policies",
    configurePreviewServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const isDeveloperPage = /^\/(docs|graphiql)\//.test(request.url ?? "");
        response.setHeader("Content-Security-Policy", isDeveloperPage ? developerPolicy : consolePolicy);
        next();
      });
    },
  };
}

function page(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  base: "/",
  plugins: [react(), themeStylesheet(), previewPolicies()],
  build: {
    target: "es2023",
    // GraphiQL's editor is large, but only its own page loads it.
    chunkSizeWarningLimit: 8_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, report) {
        // GraphiQL's files contain directives for a compiler that is not used here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
      input: {
        console: page("index.html"),
        docs: page("docs/index.html"),
        graphiql: page("graphiql/index.html"),
      },
    },
  },
  worker: { format: "es" },
  // The `?worker` imports of GraphiQL are for Vite itself; the dev server's pre-bundling cannot process them.
  optimizeDeps: { exclude: ["graphiql/setup-workers/vite"] },
  server: { proxy: Object.fromEntries(apiPaths.map((path) => [path, gateway])) },
  test: {
    css: false,
    // Only component tests need a document and the languages, whose texts import every page.
    projects: [
      { extends: true, test: { name: "units", include: ["src/**/*.test.ts"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "components",
          include: ["src/**/*.test.tsx"],
          environment: "happy-dom",
          // Longer than the maximum wait for a change of the page.
          testTimeout: 30_000,
          setupFiles: ["src/test-setup.ts"],
        },
      },
    ],
  },
});

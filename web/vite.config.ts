//! The build of the console. Invariant: everything that a page needs comes from its own origin, and the console's
//! pages need neither inline scripts nor inline styles, so the gateway can serve them under `default-src 'self'`.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { themeCss } from "./src/shell/theme.ts";

/** A running gateway for `npm run dev`; its API is proxied. */
const gateway = process.env.WAYMARK_URL ?? "http://127.0.0.1:8080";
const apiPaths = ["/v1", "/epcis", "/oauth", "/graphql", "/openapi.json"];

/** The policy that the console's pages need; `npm run preview` serves them with it. */
const consolePolicy =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
/** Swagger UI and GraphiQL write style elements and bring fonts. */
const developerPolicy = `${consolePolicy}; style-src 'self' 'unsafe-inline'; font-src 'self' data:`;

/** Mantine writes its variables into a style element at run time; here they become a stylesheet at build time. */
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
    // GraphiQL's editor is large and only its own page loads it.
    chunkSizeWarningLimit: 8_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, report) {
        // GraphiQL's files carry hints for a compiler that is not used here.
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
  // Its `?worker` imports are for Vite itself; the dev server's pre-bundling cannot read them.
  optimizeDeps: { exclude: ["graphiql/setup-workers/vite"] },
  server: { proxy: Object.fromEntries(apiPaths.map((path) => [path, gateway])) },
  test: {
    css: false,
    // Only components need a document and the languages, which import every page.
    projects: [
      { extends: true, test: { name: "units", include: ["src/**/*.test.ts"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "components",
          include: ["src/**/*.test.tsx"],
          environment: "happy-dom",
          setupFiles: ["src/test-setup.ts"],
        },
      },
    ],
  },
});

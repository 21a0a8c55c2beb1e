//! Starts the console. Invariant: the code of a link is removed from the address before anything else runs.

import "@mantine/core/styles.css";
import "virtual:theme.css";
import "./shell/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { followLink, readLinkCode, takeLinkCode } from "./auth/console-link.ts";
import { setUpLanguages } from "./i18n/setup.ts";
import { App } from "./shell/App.tsx";

async function start(): Promise<void> {
  const code = takeLinkCode();
  await setUpLanguages();
  if (code !== null) await followLink(code);
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no root element");
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

// A link that is opened in a tab of the console changes the fragment alone, and the browser does not load the page.
window.addEventListener("hashchange", () => {
  if (readLinkCode(window.location.hash) !== null) window.location.reload();
});

void start();

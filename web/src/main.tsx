//! Starts the console. Invariant: credentials in the address are removed from it before anything else runs.

import "@mantine/core/styles.css";
import "virtual:theme.css";
import "./shell/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { signIn, takeLinkCredentials } from "./auth/session.ts";
import { setUpLanguages } from "./i18n/setup.ts";
import { App } from "./shell/App.tsx";

async function start(): Promise<void> {
  const credentials = takeLinkCredentials();
  await setUpLanguages();
  if (credentials !== null) {
    try {
      await signIn(credentials);
    } catch {
      window.history.replaceState(null, "", "/sign-in?link=failed");
    }
  }
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no root element");
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();

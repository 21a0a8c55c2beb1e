//! The page that is shown when rendering failed. Invariant: the page shows the error's message and sends nothing.

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "./Page.tsx";

/** The error and a button to reload. */
export function Crashed({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.crashed")} lead={t("shell.crashedLead")}>
      <p lang="en">
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
      <Button variant="default" onClick={() => window.location.reload()}>
        {t("shell.reload")}
      </Button>
    </Page>
  );
}

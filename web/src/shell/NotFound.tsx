//! The page for unknown addresses. Invariant: the page links to the overview.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "./Page.tsx";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.notFound")} lead={t("shell.notFoundLead")}>
      <Link to="/">{t("shell.home")}</Link>
    </Page>
  );
}

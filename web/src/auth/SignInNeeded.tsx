//! Stands where a page needs a tenant and nobody is signed in.

import { Text } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "../shell/ButtonLink.tsx";

/** Says what signing in shows, and leads there and back. */
export function SignInNeeded() {
  const { t } = useTranslation();
  const to = useRouterState({ select: (state) => state.location.href });
  return (
    <div className="empty">
      <Text fw={600}>{t("auth.needed")}</Text>
      <Text size="sm" c="dimmed" mb="sm">
        {t("auth.neededLead")}
      </Text>
      <ButtonLink to="/sign-in" search={{ to }} size="sm">
        {t("auth.submit")}
      </ButtonLink>
    </div>
  );
}

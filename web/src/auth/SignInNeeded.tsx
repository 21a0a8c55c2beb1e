//! The placeholder for content that requires signing in. Invariant: the link returns to the current address afterwards.

import { Text } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "../shell/ButtonLink.tsx";

/** A link to the sign-in page, which returns to the current address. */
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

//! The account area of the header: the client id, or a link to sign in. Invariant: the component shows no secret and no
//! token.

import { Button } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "../shell/ButtonLink.tsx";
import { shorten } from "../shell/Hash.tsx";
import { returnPath } from "./return-path.ts";
import { signOut, useSession } from "./session.ts";

/** The client id with a button to sign out, or a link to sign in. */
export function AccountMenu() {
  const { t } = useTranslation();
  const session = useSession();
  const to = useRouterState({ select: (state) => returnPath(state.location.href) });
  if (session === null) {
    return (
      <ButtonLink to="/sign-in" search={to === null ? {} : { to }} size="xs" variant="default">
        {t("auth.title")}
      </ButtonLink>
    );
  }
  return (
    <>
      <code title={session.clientId} data-testid="client-id">
        {shorten(session.clientId)}
      </code>
      <Button size="xs" variant="default" onClick={signOut}>
        {t("auth.signOut")}
      </Button>
    </>
  );
}

//! The question whether a console link may replace the session. Invariant: the link's code is used only after consent.

import { Alert, Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { shorten } from "../shell/Hash.tsx";
import { signInWithCode, takeOfferedCode } from "./console-link.ts";
import { useSession } from "./session.ts";

/** Asks, then calls `onDone`, or `onFailure` with the error of signing in. */
export function LinkQuestion({
  onDone,
  onFailure,
}: {
  onDone: () => void;
  onFailure: (error: unknown) => void;
}) {
  const { t } = useTranslation();
  const session = useSession();
  const [busy, setBusy] = useState(false);

  const accept = async () => {
    setBusy(true);
    try {
      const code = takeOfferedCode();
      if (code !== null) await signInWithCode(code);
      onDone();
    } catch (error) {
      onFailure(error);
    }
  };
  const stay = () => {
    takeOfferedCode();
    onDone();
  };

  return (
    <Alert color="yellow" variant="light" title={t("auth.linkQuestion")}>
      <p>{t("auth.linkQuestionLead", { client: shorten(session?.clientId ?? "") })}</p>
      <Group>
        <Button onClick={() => void accept()} loading={busy}>
          {t("auth.linkAccept")}
        </Button>
        <Button variant="default" onClick={stay} disabled={busy}>
          {t("auth.linkStay")}
        </Button>
      </Group>
    </Alert>
  );
}

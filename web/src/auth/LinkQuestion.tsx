//! The question whether a console link may sign in. Invariant: the link's code is used only after consent, also when
//! the reader signed out after the question came.

import { Alert, Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { shorten } from "../shell/Hash.tsx";
import { signInWithCode, takeOfferedCode } from "./console-link.ts";
import { useSession } from "./session.ts";

/**
 * Asks, then calls `onDone`, or `onFailure` with the error of signing in. `onOtherWay` is called when a reader without
 * a session declines.
 */
export function LinkQuestion({
  onDone,
  onOtherWay,
  onFailure,
}: {
  onDone: () => void;
  onOtherWay: () => void;
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
  const decline = () => {
    takeOfferedCode();
    if (session === null) onOtherWay();
    else onDone();
  };

  return (
    <Alert color="yellow" variant="light" title={t("auth.linkQuestion")}>
      <p>
        {session === null
          ? t("auth.linkQuestionSignedOut")
          : t("auth.linkQuestionLead", { client: shorten(session.clientId) })}
      </p>
      <Group>
        <Button onClick={() => void accept()} loading={busy}>
          {t("auth.linkAccept")}
        </Button>
        <Button variant="default" onClick={decline} disabled={busy}>
          {t(session === null ? "auth.linkOtherWay" : "auth.linkStay")}
        </Button>
      </Group>
    </Alert>
  );
}

//! The state of the connection in words. Invariant: it is announced when it changes, not with each event.

import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import styles from "./EventStreamPage.module.css";
import type { Connection } from "./follow.ts";

/** Shows the state; `retry` connects anew after a refusal. */
export function ConnectionState({
  connection,
  isPaused,
  retry,
}: {
  connection: Connection;
  isPaused: boolean;
  retry: () => void;
}) {
  const { t } = useTranslation();
  const { kind } = connection;
  const isLive = kind === "live" || kind === "polling";
  return (
    <>
      <p className={styles.state} role="status" data-testid="connection" data-kind={kind}>
        <span className={styles.dot} aria-hidden="true" />
        {t(`event.stream.state.${kind}`)} {isPaused && isLive ? t("event.stream.isPaused") : null}
      </p>
      {kind === "refused" ? <Failure error={connection.error} retry={retry} /> : null}
      {kind === "waiting" ? <Failure error={connection.error} /> : null}
    </>
  );
}

//! What an attempt came to, in words. Invariant: an attempt has a status or an error, and either is shown.

import { useTranslation } from "react-i18next";
import { useFormat } from "../../shell/use-format.ts";
import styles from "./Webhook.module.css";
import type { WebhookAttempt } from "./webhooks.ts";

/** A status of the receiver, or the code of the reason why there was none. */
export function AttemptAnswer({ attempt: { status, error } }: { attempt: WebhookAttempt }) {
  return status === null ? <code>{error}</code> : <>HTTP {status}</>;
}

/** The outcome. */
export function AttemptOutcome({ attempt: { outcome, status } }: { attempt: WebhookAttempt }) {
  const { t } = useTranslation();
  const isGood = status !== null && status >= 200 && status < 300;
  const tone = isGood ? "good" : outcome === "retry" ? "unsure" : "bad";
  return (
    <span className={styles.state} data-tone={tone}>
      {t(`event.webhooks.outcome.${outcome}`)}
    </span>
  );
}

/** The beginning of the receiver's answer, which opens. */
export function AttemptBody({ attempt: { answer } }: { attempt: WebhookAttempt }) {
  const { t } = useTranslation();
  if (answer === null || answer === "") return t("event.webhooks.noAnswer");
  return (
    <details className={styles.answer}>
      <summary>{t("event.webhooks.showAnswer")}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{answer}</pre>
    </details>
  );
}

/** Status or error, and the time that it took. */
export function AttemptResult({ attempt }: { attempt: WebhookAttempt }) {
  const format = useFormat();
  return (
    <>
      <AttemptAnswer attempt={attempt} />, {format.ms(attempt.duration_ms)} <AttemptBody attempt={attempt} />
    </>
  );
}

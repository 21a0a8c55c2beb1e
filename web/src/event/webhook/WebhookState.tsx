//! The state of an endpoint in words. Invariant: a disabled endpoint names its reason.

import { useTranslation } from "react-i18next";
import styles from "./Webhook.module.css";
import type { Webhook } from "./webhooks.ts";

/** Shows the state on one line. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { state, disabled_reason: reason, failing_since: failing } = webhook;
  if (state === "disabled") {
    return (
      <span className={styles.state} data-tone={reason === "requested" ? "none" : "bad"}>
        {t(`event.webhooks.disabled.${reason ?? "requested"}`)}
      </span>
    );
  }
  return (
    <span className={styles.state} data-tone={failing === null ? "good" : "unsure"}>
      {t(failing === null ? "event.webhooks.enabled" : "event.webhooks.failing")}
    </span>
  );
}

//! A new secret, or the public key in its place. Invariant: a secret is shown until the reader leaves, and never again.

import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Command } from "../../shell/Command.tsx";
import styles from "./Webhook.module.css";

/** `secret` is that of HMAC, `publicKey` that of Ed25519; one of both is null. */
export function SecretOnce({ secret, publicKey }: { secret: string | null; publicKey: string | null }) {
  const { t } = useTranslation();
  const title = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  // The focus tells screen readers what appeared.
  useEffect(() => heading.current?.focus(), []);
  const kind = secret === null ? "publicKey" : "secret";
  return (
    <section className={styles.once} aria-labelledby={title}>
      <h3 id={title} ref={heading} tabIndex={-1}>
        {t(`event.webhooks.once.${kind}`)}
      </h3>
      <p>{t(`event.webhooks.once.${kind}Lead`)}</p>
      <Command command={secret ?? publicKey ?? ""} what={t(`event.webhooks.once.${kind}`)} />
    </section>
  );
}

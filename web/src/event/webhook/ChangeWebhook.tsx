//! The form that changes where and what is sent. Invariant: it opens with what the endpoint has, and what was refused
//! stays in it.

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import styles from "./Webhook.module.css";
import { conditionsOf, isElsewhere, useFaultFocus, WebhookFields } from "./WebhookFields.tsx";
import { changeWebhook, WEBHOOKS, type Webhook, type WebhookConditions } from "./webhooks.ts";

/** A button that opens the form. */
export function ChangeWebhook({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    changing.reset();
    setIsOpen(false);
    // The button is in the document again when the state is applied.
    requestAnimationFrame(() => opener.current?.focus());
  };
  const changing = useMutation({
    mutationFn: (conditions: WebhookConditions) => changeWebhook(webhook.id, conditions),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: WEBHOOKS });
      close();
    },
  });
  const form = useFaultFocus(changing.error);
  if (!isOpen) {
    return (
      <Button ref={opener} size="xs" variant="default" onClick={() => setIsOpen(true)}>
        {t("event.webhooks.change")}
      </Button>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    changing.mutate(conditionsOf(new FormData(event.currentTarget)));
  };
  return (
    <div className={styles.change}>
      <form
        ref={form}
        className={styles.form}
        onSubmit={submit}
        aria-label={t("event.webhooks.change")}
        noValidate
      >
        <WebhookFields webhook={webhook} error={changing.error} />
        <p className="note">{t("event.webhooks.changeNote")}</p>
        {changing.isError ? <Failure error={changing.error} isChange isShown={isElsewhere} /> : null}
        <div className={styles.row}>
          <Button size="xs" type="submit" loading={changing.isPending}>
            {t("event.webhooks.store")}
          </Button>
          <Button size="xs" variant="default" disabled={changing.isPending} onClick={close}>
            {t("list.cancel")}
          </Button>
        </div>
      </form>
    </div>
  );
}

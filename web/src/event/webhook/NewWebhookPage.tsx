//! The page that makes a webhook. Invariant: its secret is shown once, and what was refused stays in the form.

import { Button, Checkbox, NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { ButtonLink } from "../../shell/ButtonLink.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { SecretOnce } from "./SecretOnce.tsx";
import { useMaking } from "./use-making.ts";
import styles from "./Webhook.module.css";
import { conditionsOf, isElsewhere, useFaultFocus, WebhookFields } from "./WebhookFields.tsx";
import { createWebhook, WEBHOOKS, type Webhook, type WebhookDraft } from "./webhooks.ts";

/** The endpoint that the form describes. */
function draftOf(form: FormData): WebhookDraft {
  return {
    ...conditionsOf(form),
    signature: String(form.get("signature")) as Webhook["signature"],
    ...(form.has("all") ? { after: 0 } : {}),
  };
}

function NewWebhook() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const making = useMaking(createWebhook, () => queries.invalidateQueries({ queryKey: WEBHOOKS }));
  const { error, data: made } = making;
  const form = useFaultFocus(error);
  if (made !== undefined) {
    return (
      <div className="panel stack">
        <p>{t("event.webhooks.made", { url: made.url })}</p>
        <SecretOnce secret={made.secret} publicKey={made.public_key} />
        <div>
          <ButtonLink
            to="/event/webhooks/$webhookId"
            params={{ webhookId: made.id }}
            size="xs"
            variant="default"
          >
            {t("event.webhooks.open")}
          </ButtonLink>
        </div>
      </div>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    making.mutate(draftOf(new FormData(event.currentTarget)));
  };
  return (
    <form
      ref={form}
      className={`panel ${styles.form}`}
      onSubmit={submit}
      aria-label={t("event.webhooks.new")}
      noValidate
    >
      <WebhookFields error={error} />
      <NativeSelect
        size="xs"
        name="signature"
        label={t("event.webhooks.signature")}
        description={t("event.webhooks.signatureHint")}
        data={(["v1", "v1a"] as const).map((value) => ({
          value,
          label: t(`event.webhooks.signatures.${value}`),
        }))}
      />
      <Checkbox
        size="xs"
        name="all"
        label={t("event.webhooks.all")}
        description={t("event.webhooks.allHint")}
      />
      {making.isError ? <Failure error={error} isChange isShown={isElsewhere} /> : null}
      <div>
        <Button size="xs" type="submit" loading={making.isPending}>
          {t("event.webhooks.make")}
        </Button>
      </div>
    </form>
  );
}

/** The page that makes a webhook. */
export function NewWebhookPage() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <Page
      title={t("event.webhooks.new")}
      lead={<Link to="/event/webhooks">{t("event.webhooks.title")}</Link>}
    >
      {session === null ? <SignInNeeded /> : <NewWebhook key={session.clientId} />}
    </Page>
  );
}

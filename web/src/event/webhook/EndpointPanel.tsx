//! An endpoint: what it receives, its state, and what can be done with it. Invariant: it is deleted only after a
//! question.

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DeleteButton } from "../../shell/DeleteButton.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { Time } from "../../shell/Time.tsx";
import { useFormat } from "../../shell/use-format.ts";
import { Facts } from "../Facts.tsx";
import { AttemptResult } from "./AttemptResult.tsx";
import { ChangeWebhook } from "./ChangeWebhook.tsx";
import { TypeList } from "./TypeList.tsx";
import styles from "./Webhook.module.css";
import { WebhookState } from "./WebhookState.tsx";
import { deleteWebhook, sendTest, setState, WEBHOOKS, type WebhookDetail } from "./webhooks.ts";

function EndpointFacts({ webhook }: { webhook: WebhookDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { disabled_at: disabledAt, failing_since: failingSince, subject } = webhook;
  const since = disabledAt ?? failingSince;
  return (
    <Facts
      facts={[
        [
          t("event.webhooks.url"),
          <Identifier key="url" value={webhook.url} what={t("event.webhooks.url")} />,
        ],
        [t("event.webhooks.description"), webhook.description === "" ? null : webhook.description],
        [t("event.webhooks.state"), <WebhookState key="state" webhook={webhook} />],
        [t("event.webhooks.since"), since === null ? null : <Time key="since" at={since} />],
        [t("event.types.title"), <TypeList key="types" types={webhook.types} />],
        [
          t("event.stream.subject"),
          subject === null ? t("event.webhooks.anything") : <code key="subject">{subject}</code>,
        ],
        [t("event.webhooks.signature"), t(`event.webhooks.signatures.${webhook.signature}`)],
        [t("event.webhooks.pending"), format.count(webhook.pending)],
        [t("event.webhooks.deadLetters"), format.count(webhook.dead_letters)],
        [t("event.webhooks.readTo"), format.count(webhook.read_to)],
        [t("event.webhooks.created"), <Time key="created" at={webhook.created_at} />],
        [t("event.webhooks.madeBy"), <code key="by">{webhook.made_by}</code>],
        [t("event.webhooks.id"), <Identifier key="id" value={webhook.id} what={t("event.webhooks.id")} />],
      ]}
    />
  );
}

/** Shows `webhook`, with buttons that change its state, send a test and delete it. */
export function EndpointPanel({ webhook }: { webhook: WebhookDetail }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, url, state } = webhook;
  const isEnabled = state === "enabled";
  const changing = useMutation({
    mutationFn: () => setState(id, isEnabled ? "disabled" : "enabled"),
    onSuccess: () => queries.invalidateQueries({ queryKey: WEBHOOKS }),
  });
  const testing = useMutation({
    mutationFn: () => sendTest(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: WEBHOOKS }),
  });
  const leave = () => {
    void navigate({ to: "/event/webhooks" });
    queries.removeQueries({ queryKey: [...WEBHOOKS, "one", id] });
    void queries.invalidateQueries({ queryKey: [...WEBHOOKS, "list"] });
  };
  return (
    <section className="panel stack" aria-labelledby="endpoint">
      <h2 id="endpoint">{t("event.webhooks.endpoint")}</h2>
      <EndpointFacts webhook={webhook} />
      {isEnabled ? null : (
        <p className="note">{t(`event.webhooks.disabledLead.${webhook.disabled_reason ?? "requested"}`)}</p>
      )}
      <div className={styles.actions}>
        <Button size="xs" loading={testing.isPending} onClick={() => testing.mutate()}>
          {t("event.webhooks.test")}
        </Button>
        <Button size="xs" variant="default" loading={changing.isPending} onClick={() => changing.mutate()}>
          {t(isEnabled ? "event.webhooks.disable" : "event.webhooks.enable")}
        </Button>
        <ChangeWebhook webhook={webhook} />
        <DeleteButton
          name={t("event.webhooks.delete", { url })}
          question={t("event.webhooks.deleteQuestion", { url })}
          onDelete={() => deleteWebhook(id)}
          onDone={leave}
        />
      </div>
      <div role="status" aria-label={t("event.webhooks.testResult")}>
        {testing.data === undefined ? null : (
          <>
            {t("event.webhooks.testResult")}: <AttemptResult attempt={testing.data} />
          </>
        )}
      </div>
      {testing.isError ? <Failure error={testing.error} isChange /> : null}
      {changing.isError ? <Failure error={changing.error} isChange /> : null}
    </section>
  );
}

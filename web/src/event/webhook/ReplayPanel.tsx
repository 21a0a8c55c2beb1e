//! The form that sends a range of events again. Invariant: one range at a time, and what runs is shown.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/problem.ts";
import { Failure } from "../../shell/Failure.tsx";
import { useFormat } from "../../shell/use-format.ts";
import styles from "./Webhook.module.css";
import { replayRange, WEBHOOKS, type WebhookDetail } from "./webhooks.ts";

const FIELDS = ["from", "to"] as const;

/** `replay` is the range that is being sent again, or null. */
export function ReplayPanel({ id, replay }: { id: string; replay: WebhookDetail["replay"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const replaying = useMutation({
    mutationFn: ({ from, to }: { from: number; to: number }) => replayRange(id, from, to),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...WEBHOOKS, "one", id] }),
  });
  const { error } = replaying;
  const faultOf = (field: (typeof FIELDS)[number]) =>
    error instanceof ApiProblem
      ? error.errors.find(({ pointer }) => pointer === `/${field}`)?.detail
      : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    replaying.mutate({ from: Number(form.get("from")), to: Number(form.get("to")) });
  };
  return (
    <section className="panel stack" aria-labelledby="replay">
      <h2 id="replay">{t("event.webhooks.replay")}</h2>
      <p className="note">{t("event.webhooks.replayLead")}</p>
      <form className={styles.row} onSubmit={submit} aria-label={t("event.webhooks.replay")}>
        {FIELDS.map((field) => (
          <TextInput
            key={field}
            size="xs"
            className={styles.field}
            name={field}
            inputMode="numeric"
            pattern="[1-9][0-9]{0,14}"
            required
            label={t(`event.webhooks.${field}`)}
            error={faultOf(field)}
          />
        ))}
        <Button
          size="xs"
          variant="default"
          type="submit"
          disabled={replay !== null}
          loading={replaying.isPending}
        >
          {t("event.webhooks.replayDo")}
        </Button>
      </form>
      <p className="note" role="status">
        {replay === null
          ? replaying.isSuccess
            ? t("event.webhooks.replayAccepted")
            : null
          : t("event.webhooks.replaying", { next: format.count(replay.next), to: format.count(replay.to) })}
      </p>
      {replaying.isError ? (
        <Failure
          error={error}
          isChange
          isShown={({ pointer }) => FIELDS.every((field) => pointer !== `/${field}`)}
        />
      ) : null}
    </section>
  );
}

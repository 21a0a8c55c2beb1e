//! The dead letters of an endpoint: events whose last attempt failed. Invariant: one is given up only after a question.

import { Button } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { DeleteButton } from "../../shell/DeleteButton.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { Time } from "../../shell/Time.tsx";
import { useFormat } from "../../shell/use-format.ts";
import styles from "./Webhook.module.css";
import {
  type DeadLetter,
  fetchDeadLetters,
  POLL_INTERVAL_MS,
  replayDeadLetter,
  skipDeadLetter,
  WEBHOOKS,
  type WebhookSearch,
} from "./webhooks.ts";

function Actions({ id, sequence }: { id: string; sequence: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const number = format.count(sequence);
  const refresh = () => queries.invalidateQueries({ queryKey: [...WEBHOOKS, "one", id] });
  const replaying = useMutation({
    mutationFn: () => replayDeadLetter(id, sequence),
    onSuccess: async () => {
      await refresh();
      // The button that had the focus is gone with its row.
      document.getElementById("dead-letters")?.focus({ preventScroll: true });
    },
  });
  return (
    <div className={styles.actions}>
      <Button
        size="xs"
        variant="default"
        aria-label={t("event.webhooks.sendAgainOf", { number })}
        loading={replaying.isPending}
        onClick={() => replaying.mutate()}
      >
        {t("event.webhooks.sendAgain")}
      </Button>
      <DeleteButton
        name={t("event.webhooks.skipOf", { number })}
        question={t("event.webhooks.skipQuestion", { number })}
        texts={{ do: t("event.webhooks.skip"), confirm: t("event.webhooks.skipConfirm") }}
        onDelete={() => skipDeadLetter(id, sequence)}
        onDone={refresh}
      />
      {replaying.isError ? <Failure error={replaying.error} isChange /> : null}
    </div>
  );
}

function DeadLetterTable({ id, rows }: { id: string; rows: readonly DeadLetter[] | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: Column<DeadLetter>[] = [
    { header: t("event.webhooks.event"), cell: ({ sequence }) => format.count(sequence) },
    { header: t("event.webhooks.diedAt"), cell: ({ died_at: at }) => <Time at={at} /> },
    {
      header: t("event.webhooks.attemptCount"),
      cell: ({ attempts }) => format.count(attempts),
      align: "end",
    },
    {
      header: t("event.webhooks.lastError"),
      cell: ({ last_error: error }) => (error === null ? t("event.webhooks.noAnswer") : <code>{error}</code>),
    },
    {
      header: t("event.webhooks.actions"),
      cell: ({ sequence }) => <Actions id={id} sequence={sequence} />,
      narrow: "unlabelled",
    },
  ];
  return (
    <DataTable
      label={t("event.webhooks.deadLetters")}
      columns={columns}
      rows={rows}
      rowKey={({ sequence }) => sequence}
    />
  );
}

/** Shows a page of dead letters. */
export function DeadLettersPanel({ id, search }: { id: string; search: WebhookSearch }) {
  const { t } = useTranslation();
  const { dead } = search;
  const page = useQuery({
    queryKey: [...WEBHOOKS, "one", id, "dead-letters", dead],
    queryFn: ({ signal }) => fetchDeadLetters(id, search, signal),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_INTERVAL_MS,
  });
  const { dead: _, ...first } = search;
  const to = { to: "/event/webhooks/$webhookId", params: { webhookId: id } } as const;
  const rows = page.data?.items ?? null;
  const next = page.data?.next_cursor ?? null;
  return (
    <section className="panel stack" aria-labelledby="dead-letters">
      <h2 id="dead-letters" tabIndex={-1}>
        {t("event.webhooks.deadLetters")}
      </h2>
      <p className="note">{t("event.webhooks.deadLettersLead")}</p>
      {page.isError && rows === null ? (
        <Failure error={page.error} retry={() => void page.refetch()} />
      ) : rows?.length === 0 ? (
        <p className="note">{t("event.webhooks.noDeadLetters")}</p>
      ) : (
        <div>
          <DeadLetterTable id={id} rows={rows} />
          <Paging count={rows?.length ?? 0}>
            {dead === undefined ? null : (
              <Link {...to} search={first}>
                {t("list.first")}
              </Link>
            )}
            {next === null ? null : (
              <Link {...to} search={{ ...search, dead: next }}>
                {t("list.next")}
              </Link>
            )}
          </Paging>
        </div>
      )}
    </section>
  );
}

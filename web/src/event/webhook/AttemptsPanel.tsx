//! The attempts of an endpoint, the newest first. Invariant: filters and page are in the address.

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { Time } from "../../shell/Time.tsx";
import { useFormat } from "../../shell/use-format.ts";
import { AttemptAnswer, AttemptBody, AttemptOutcome } from "./AttemptResult.tsx";
import styles from "./Webhook.module.css";
import {
  fetchAttempts,
  OUTCOMES,
  POLL_INTERVAL_MS,
  readWebhookSearch,
  WEBHOOKS,
  type WebhookAttempt,
  type WebhookSearch,
} from "./webhooks.ts";

function AttemptTable({
  id,
  search,
  rows,
}: {
  id: string;
  search: WebhookSearch;
  rows: WebhookAttempt[] | null;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { attempts: _, ...kept } = search;
  const columns: Column<WebhookAttempt>[] = [
    { header: t("event.webhooks.at"), cell: ({ at }) => <Time at={at} />, narrow: "unlabelled" },
    {
      header: t("event.webhooks.event"),
      cell: ({ sequence, number }) =>
        sequence === null ? (
          t("event.webhooks.noEvent")
        ) : (
          <>
            <Link
              to="/event/webhooks/$webhookId"
              params={{ webhookId: id }}
              search={{ ...kept, sequence: String(sequence) }}
              aria-label={t("event.webhooks.attemptsOf", { number: format.count(sequence) })}
            >
              {format.count(sequence)}
            </Link>
            <span className="note">
              {" "}
              {t("event.webhooks.attemptNumber", { number: format.count(number) })}
            </span>
          </>
        ),
    },
    {
      header: t("event.webhooks.outcomeTitle"),
      cell: (attempt) => <AttemptOutcome attempt={attempt} />,
    },
    { header: t("event.webhooks.status"), cell: (attempt) => <AttemptAnswer attempt={attempt} /> },
    {
      header: t("event.webhooks.duration"),
      cell: ({ duration_ms: ms }) => format.ms(ms),
      align: "end",
    },
    { header: t("event.webhooks.answer"), cell: (attempt) => <AttemptBody attempt={attempt} /> },
  ];
  return (
    <DataTable
      label={t("event.webhooks.attempts")}
      columns={columns}
      rows={rows}
      rowKey={(attempt) => attempt.id}
    />
  );
}

function AttemptFilters({ id, search }: { id: string; search: WebhookSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const to = { to: "/event/webhooks/$webhookId", params: { webhookId: id } } as const;
  const { outcome = "", sequence = "", dead } = search;
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget));
    void navigate({ ...to, search: readWebhookSearch({ ...form, dead }) });
  };
  return (
    // The key makes a new form for each address, because its fields must follow the browser's history.
    <form
      key={`${outcome} ${sequence}`}
      className={styles.row}
      onSubmit={apply}
      aria-label={t("list.filters")}
    >
      <NativeSelect
        size="xs"
        className={styles.field}
        name="outcome"
        label={t("event.webhooks.outcomeTitle")}
        data={[
          { value: "", label: t("event.webhooks.anyOutcome") },
          ...OUTCOMES.map((value) => ({ value, label: t(`event.webhooks.outcome.${value}`) })),
        ]}
        defaultValue={outcome}
      />
      <TextInput
        size="xs"
        className={styles.field}
        name="sequence"
        inputMode="numeric"
        pattern="[0-9]{1,15}"
        label={t("event.webhooks.number")}
        defaultValue={sequence}
      />
      <Button size="xs" type="submit">
        {t("list.apply")}
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={() => void navigate({ ...to, search: readWebhookSearch({ dead }) })}
      >
        {t("list.clear")}
      </Button>
    </form>
  );
}

/** Shows a page of attempts with its filters. */
export function AttemptsPanel({ id, search }: { id: string; search: WebhookSearch }) {
  const { t } = useTranslation();
  const { outcome, sequence, attempts } = search;
  const page = useQuery({
    queryKey: [...WEBHOOKS, "one", id, "attempts", outcome, sequence, attempts],
    queryFn: ({ signal }) => fetchAttempts(id, search, signal),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_INTERVAL_MS,
  });
  const { attempts: _, ...first } = search;
  const to = { to: "/event/webhooks/$webhookId", params: { webhookId: id } } as const;
  const rows = page.data?.items ?? null;
  const next = page.data?.next_cursor ?? null;
  return (
    <section className="panel stack" aria-labelledby="attempts">
      <h2 id="attempts">{t("event.webhooks.attempts")}</h2>
      <AttemptFilters id={id} search={search} />
      {page.isError && rows === null ? (
        <Failure error={page.error} retry={() => void page.refetch()} />
      ) : rows?.length === 0 ? (
        <p className="note">{t("event.webhooks.noAttempts")}</p>
      ) : (
        <div>
          <AttemptTable id={id} search={search} rows={rows} />
          <Paging count={rows?.length ?? 0}>
            {attempts === undefined ? null : (
              <Link {...to} search={first}>
                {t("list.first")}
              </Link>
            )}
            {next === null ? null : (
              <Link {...to} search={{ ...search, attempts: next }}>
                {t("list.next")}
              </Link>
            )}
          </Paging>
        </div>
      )}
    </section>
  );
}

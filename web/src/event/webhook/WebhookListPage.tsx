//! The page of the tenant's webhooks. Invariant: the page of the list is in the address.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { ButtonLink } from "../../shell/ButtonLink.tsx";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { TypeList } from "./TypeList.tsx";
import styles from "./Webhook.module.css";
import { WebhookState } from "./WebhookState.tsx";
import { fetchWebhooks, WEBHOOKS, type Webhook } from "./webhooks.ts";

function WebhookTable({ rows }: { rows: readonly Webhook[] }) {
  const { t } = useTranslation();
  const columns: Column<Webhook>[] = [
    {
      header: t("event.webhooks.url"),
      cell: ({ id, url, description }) => (
        <>
          <Link className={styles.url} to="/event/webhooks/$webhookId" params={{ webhookId: id }}>
            {url}
          </Link>
          {description === "" ? null : <p className={`note ${styles.description}`}>{description}</p>}
        </>
      ),
      narrow: "unlabelled",
    },
    { header: t("event.types.title"), cell: ({ types }) => <TypeList types={types} />, narrow: "below" },
    {
      header: t("event.stream.subject"),
      cell: ({ subject }) => (subject === null ? t("event.webhooks.anything") : <code>{subject}</code>),
    },
    { header: t("event.webhooks.state"), cell: (webhook) => <WebhookState webhook={webhook} /> },
  ];
  return (
    <DataTable label={t("event.webhooks.title")} columns={columns} rows={rows} rowKey={({ id }) => id} />
  );
}

function WebhookList() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/event/webhooks" });
  const page = useQuery({
    queryKey: [...WEBHOOKS, "list", search],
    queryFn: ({ signal }) => fetchWebhooks(search, signal),
    placeholderData: keepPreviousData,
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={160} />;
  const { items, next_cursor: next } = page.data;
  if (items.length === 0) {
    return (
      <div className="empty">
        <p>
          <strong>{t("event.webhooks.none")}</strong>
        </p>
        <p className="note">{t("event.webhooks.noneLead")}</p>
      </div>
    );
  }
  return (
    <>
      <WebhookTable rows={items} />
      <Paging count={items.length}>
        {search.cursor === undefined ? null : <Link to="/event/webhooks">{t("list.first")}</Link>}
        {next === null ? null : (
          <Link to="/event/webhooks" search={{ cursor: next }}>
            {t("list.next")}
          </Link>
        )}
      </Paging>
    </>
  );
}

/** The page of webhooks. */
export function WebhookListPage() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <Page title={t("event.webhooks.title")} lead={t("event.webhooks.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="panel stack">
          <div>
            <ButtonLink to="/event/webhooks/new" size="xs">
              {t("event.webhooks.new")}
            </ButtonLink>
          </div>
          <WebhookList />
        </div>
      )}
    </Page>
  );
}

//! The subscriptions to a named query: where its events are delivered, and whether they arrive. Invariant: one is
//! deleted only after a question, and a paused one names its reason.

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { DeleteButton } from "../../shell/DeleteButton.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Time } from "../../shell/Time.tsx";
import { useFormat } from "../../shell/use-format.ts";
import { PER_PAGE } from "../epcis.ts";
import { MoreButton } from "../master-data/MoreButton.tsx";
import {
  deleteSubscription,
  fetchSubscriptions,
  type Subscription,
  scheduleText,
  subscriptionsKey,
} from "./subscription.ts";

function State({ subscription }: { subscription: Subscription }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { paused, failedAttempts, lastError, nextAttemptAt } = subscription;
  if (paused) {
    return (
      <>
        {t(`provenance.subscriptions.paused.${paused.reason}`)} <Time at={paused.at} />
      </>
    );
  }
  if (failedAttempts === 0) return t("provenance.subscriptions.active");
  return (
    <>
      {t("provenance.subscriptions.failing", { count: failedAttempts, shown: format.count(failedAttempts) })}{" "}
      <code>{lastError}</code>
      {nextAttemptAt ? (
        <>
          {" "}
          {t("provenance.subscriptions.next")} <Time at={nextAttemptAt} />
        </>
      ) : null}
    </>
  );
}

function DeleteSubscription({ name, subscription }: { name: string; subscription: Subscription }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { subscriptionID: id, dest } = subscription;
  return (
    <DeleteButton
      name={t("provenance.subscriptions.delete", { dest })}
      question={t("provenance.subscriptions.deleteQuestion", { dest })}
      onDelete={() => deleteSubscription(name, id)}
      onDone={() => queries.invalidateQueries({ queryKey: subscriptionsKey(name) })}
    />
  );
}

function SubscriptionTable({ name, rows }: { name: string; rows: readonly Subscription[] | null }) {
  const { t } = useTranslation();
  const columns: Column<Subscription>[] = [
    {
      header: t("provenance.subscriptions.dest"),
      cell: ({ dest }) => <code>{dest}</code>,
      narrow: "unlabelled",
    },
    {
      header: t("provenance.subscriptions.when"),
      cell: ({ schedule }) =>
        schedule ? <code>{scheduleText(schedule)}</code> : t("provenance.subscriptions.stream"),
    },
    {
      header: t("provenance.subscriptions.signed"),
      cell: ({ isSigned }) => t(isSigned ? "provenance.subscriptions.yes" : "provenance.subscriptions.no"),
    },
    {
      header: t("provenance.subscriptions.state"),
      cell: (subscription) => <State subscription={subscription} />,
    },
    {
      header: t("provenance.subscriptions.notified"),
      cell: ({ lastNotifiedAt: at }) => (at ? <Time at={at} /> : t("provenance.subscriptions.never")),
    },
    {
      header: t("delete.do"),
      cell: (subscription) => <DeleteSubscription name={name} subscription={subscription} />,
      narrow: "unlabelled",
    },
  ];
  return (
    <DataTable
      label={t("provenance.subscriptions.title")}
      columns={columns}
      rows={rows}
      rowKey={({ subscriptionID: id }) => id}
    />
  );
}

/** Shows the subscriptions to the query `name`. */
export function SubscriptionPanel({ name }: { name: string }) {
  const { t } = useTranslation();
  const pages = useInfiniteQuery({
    queryKey: subscriptionsKey(name),
    queryFn: ({ signal, pageParam: nextPageToken }) =>
      fetchSubscriptions(name, { perPage: PER_PAGE, nextPageToken }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextPageToken }) => nextPageToken ?? undefined,
  });
  const rows = pages.data?.pages.flatMap(({ subscriptions }) => subscriptions) ?? null;
  return (
    <section className="panel stack" aria-labelledby="subscriptions">
      <h2 id="subscriptions">{t("provenance.subscriptions.title")}</h2>
      {pages.isError ? (
        <Failure error={pages.error} retry={() => void pages.refetch()} />
      ) : rows?.length === 0 ? (
        <p className="note">{t("provenance.subscriptions.none")}</p>
      ) : (
        <SubscriptionTable name={name} rows={rows} />
      )}
      <MoreButton pages={pages} label={t("provenance.subscriptions.more")} />
    </section>
  );
}

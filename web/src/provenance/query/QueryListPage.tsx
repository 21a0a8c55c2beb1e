//! The page of the tenant's named queries. Invariant: a query is deleted only after a question.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { DeleteButton } from "../../shell/DeleteButton.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { PER_PAGE } from "../epcis.ts";
import { ConditionList } from "./ConditionList.tsx";
import { deleteQuery, fetchQueries, type NamedQuery, QUERIES } from "./named-query.ts";

function DeleteQuery({ name }: { name: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <DeleteButton
      name={t("provenance.queries.delete", { name })}
      question={t("provenance.queries.deleteQuestion", { name })}
      onDelete={() => deleteQuery(name)}
      onDone={() => queries.invalidateQueries({ queryKey: QUERIES })}
    />
  );
}

function NoQueries() {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <p>
        <strong>{t("provenance.queries.none")}</strong>
      </p>
      <p className="note">
        {t("provenance.queries.noneLead")} <Link to="/provenance/events">{t("provenance.recent.all")}</Link>
      </p>
    </div>
  );
}

function QueryTable({ rows }: { rows: readonly NamedQuery[] }) {
  const { t } = useTranslation();
  const columns: Column<NamedQuery>[] = [
    {
      header: t("provenance.queries.name"),
      cell: ({ name }) => (
        <Link to="/provenance/queries/$name" params={{ name }}>
          {name}
        </Link>
      ),
      narrow: "unlabelled",
    },
    {
      header: t("provenance.queries.conditions"),
      cell: ({ query }) => <ConditionList query={query} />,
      narrow: "below",
    },
    {
      header: t("delete.do"),
      cell: ({ name }) => <DeleteQuery name={name} />,
      narrow: "unlabelled",
    },
  ];
  return (
    <DataTable
      label={t("provenance.queries.title")}
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
    />
  );
}

function QueryList() {
  const { t } = useTranslation();
  const { nextPageToken } = useSearch({ from: "/provenance/queries" });
  const page = useQuery({
    queryKey: [...QUERIES, "list", nextPageToken],
    queryFn: ({ signal }) => fetchQueries({ perPage: PER_PAGE, nextPageToken }, signal),
    placeholderData: keepPreviousData,
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={160} />;
  const { queries } = page.data;
  if (queries.length === 0) return <NoQueries />;
  return (
    <>
      <QueryTable rows={queries} />
      <Paging count={queries.length}>
        {nextPageToken === undefined ? null : <Link to="/provenance/queries">{t("list.first")}</Link>}
        {page.data.nextPageToken === null ? null : (
          <Link to="/provenance/queries" search={{ nextPageToken: page.data.nextPageToken }}>
            {t("list.next")}
          </Link>
        )}
      </Paging>
    </>
  );
}

/** The page of named queries. */
export function QueryListPage() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <Page title={t("provenance.queries.title")} lead={t("provenance.queries.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="panel">
          <QueryList />
        </div>
      )}
    </Page>
  );
}

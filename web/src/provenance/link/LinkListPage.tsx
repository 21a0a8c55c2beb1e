//! The page of the objects that have links. Invariant: the page of the list is in the address.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { Page } from "../../shell/Page.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { Time } from "../../shell/Time.tsx";
import { PER_PAGE } from "../epcis.ts";
import { fetchObjects, LINKS, type LinkedObject } from "./links.ts";
import { OpenObject } from "./OpenObject.tsx";

function ObjectTable({ rows }: { rows: readonly LinkedObject[] }) {
  const { t } = useTranslation();
  const columns: Column<LinkedObject>[] = [
    {
      header: t("provenance.links.identifier"),
      cell: ({ identifier }) => (
        <Link to="/provenance/links/$identifier" params={{ identifier }}>
          <code>{identifier}</code>
        </Link>
      ),
      narrow: "unlabelled",
    },
    {
      header: t("provenance.links.resolver"),
      cell: ({ address }) => <Identifier value={address} what={t("provenance.links.resolver")} />,
      narrow: "below",
    },
    { header: t("provenance.links.changed"), cell: ({ changed_at: at }) => <Time at={at} /> },
  ];
  return (
    <DataTable
      label={t("provenance.links.title")}
      columns={columns}
      rows={rows}
      rowKey={({ identifier }) => identifier}
    />
  );
}

function ObjectList() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/provenance/links" });
  const page = useQuery({
    queryKey: [...LINKS, "list", search],
    queryFn: ({ signal }) => fetchObjects(search, PER_PAGE, signal),
    placeholderData: keepPreviousData,
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={160} />;
  const { items, next_cursor: next } = page.data;
  if (items.length === 0) {
    return (
      <div className="empty">
        <p>
          <strong>{t("provenance.links.none")}</strong>
        </p>
        <p className="note">{t("provenance.links.noneLead")}</p>
      </div>
    );
  }
  return (
    <>
      <ObjectTable rows={items} />
      <Paging count={items.length}>
        {search.cursor === undefined ? null : <Link to="/provenance/links">{t("list.first")}</Link>}
        {next === null ? null : (
          <Link to="/provenance/links" search={{ cursor: next }}>
            {t("list.next")}
          </Link>
        )}
      </Paging>
    </>
  );
}

/** The page of objects with links. */
export function LinkListPage() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <Page title={t("provenance.links.title")} lead={t("provenance.links.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <div className="panel stack">
            <OpenObject />
          </div>
          <div className="panel">
            <ObjectList />
          </div>
        </div>
      )}
    </Page>
  );
}

//! The page that lists what events name. Invariant: list and page are in the address; each value leads to its events.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../../auth/session.ts";
import { Copy } from "../../shell/Copy.tsx";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Empty } from "../../shell/Empty.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { captureCommand } from "../capture-command.ts";
import { isDigitalLink } from "../code/digital-link.ts";
import { PER_PAGE } from "../epcis.ts";
import styles from "./BrowsePage.module.css";
import { ResourceLinks } from "./ResourceLinks.tsx";
import { type BrowseSearch, fetchValues, type Resource } from "./resource.ts";

function ValueLink({ list, value }: { list: Resource; value: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.value}>
      <Link
        to="/provenance/browse/$list/$value"
        params={{ list, value }}
        aria-label={t("provenance.browse.eventsOf", { value })}
      >
        <code>{value}</code>
      </Link>
      <Copy value={value} what={value} />
    </span>
  );
}

function ObjectLink({ value }: { value: string }) {
  const { t } = useTranslation();
  if (!isDigitalLink(value)) return "–";
  return (
    <Link
      to="/provenance/links/$identifier"
      params={{ identifier: value }}
      aria-label={t("provenance.browse.objectOf", { value })}
    >
      {t("provenance.browse.object")}
    </Link>
  );
}

function ValueTable({ list, values }: { list: Resource; values: readonly string[] }) {
  const { t } = useTranslation();
  const title = t(`provenance.browse.list.${list}`);
  const columns: Column<string>[] = [
    {
      header: t("provenance.browse.value"),
      cell: (value) => <ValueLink list={list} value={value} />,
      narrow: "unlabelled",
    },
  ];
  if (list === "epcs") {
    columns.push({
      header: t("provenance.links.title"),
      cell: (value) => <ObjectLink value={value} />,
      narrow: "unlabelled",
    });
  }
  return <DataTable label={title} columns={columns} rows={values} rowKey={(value) => value} />;
}

function ValueList({ search }: { search: BrowseSearch }) {
  const { t } = useTranslation();
  const { list, nextPageToken } = search;
  const page = useQuery({
    queryKey: [...TENANT_DATA, "values", list, nextPageToken],
    queryFn: ({ signal }) => fetchValues(list, { perPage: PER_PAGE, nextPageToken }, signal),
    // Another list is not a placeholder for this one.
    placeholderData: (previous, query) => (query?.queryKey[2] === list ? previous : undefined),
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={360} />;
  const { values } = page.data;
  if (values.length === 0) {
    return <Empty title={t("provenance.browse.none")} command={captureCommand(window.location.origin)} />;
  }
  return (
    <>
      <ValueTable list={list} values={values} />
      <Paging count={values.length}>
        {nextPageToken === undefined ? null : (
          <Link to="/provenance/browse" search={{ list }}>
            {t("list.first")}
          </Link>
        )}
        {page.data.nextPageToken === null ? null : (
          <Link to="/provenance/browse" search={{ list, nextPageToken: page.data.nextPageToken }}>
            {t("list.next")}
          </Link>
        )}
      </Paging>
    </>
  );
}

/** The page of the list that is in the address. */
export function BrowsePage() {
  const { t } = useTranslation();
  const session = useSession();
  const search = useSearch({ from: "/provenance/browse" });
  return (
    <Page title={t("provenance.browse.title")} lead={t("provenance.browse.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <ResourceLinks current={search.list} />
          <div className="panel">
            <ValueList search={search} />
          </div>
        </div>
      )}
    </Page>
  );
}

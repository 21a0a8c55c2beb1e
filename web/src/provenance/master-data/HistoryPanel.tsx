//! The versions of an element and what changed with each. Invariant: a version is shown once the one before it is
//! known, so that every change is shown with it.

import { Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Time } from "../../shell/Time.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { MoreButton } from "./MoreButton.tsx";
import { fetchHistory, MASTER_DATA, type MasterDataVersion } from "./master-data.ts";

/** The number of versions of a page. */
const VERSIONS_PER_PAGE = 20;

/** A version beside its neighbours. */
interface Step {
  version: MasterDataVersion;
  /** The version before; `null` for the first one. */
  before: MasterDataVersion | null;
  /** Whether an address can name it: a time names the newest version of this time. */
  hasAddress: boolean;
}

function stepsOf(versions: readonly MasterDataVersion[], hasMore: boolean): Step[] {
  const steps = versions.map((version, index) => ({
    version,
    before: versions[index + 1] ?? null,
    hasAddress: versions[index - 1]?.recordTime !== version.recordTime,
  }));
  return hasMore ? steps.slice(0, -1) : steps;
}

function HistoryTable({ steps, shown }: { steps: readonly Step[]; shown: string }) {
  const { t } = useTranslation();
  const columns: Column<Step>[] = [
    {
      header: t("provenance.masterData.recorded"),
      cell: ({ version: { id, vocabulary, recordTime }, hasAddress }) => {
        const time = <Time at={recordTime} />;
        if (!hasAddress) return time;
        return (
          <Link
            to="/provenance/master-data/$id"
            params={{ id }}
            search={{ vocabulary, as_of: recordTime }}
            aria-current={recordTime === shown ? "true" : undefined}
          >
            {time}
          </Link>
        );
      },
      narrow: "unlabelled",
    },
    {
      header: t("provenance.masterData.changes"),
      cell: ({ version, before }) =>
        before === null ? (
          t("provenance.masterData.firstVersion")
        ) : (
          <ChangeList before={before.document} after={version.document} />
        ),
      narrow: "below",
    },
  ];
  return (
    <DataTable
      label={t("provenance.masterData.history")}
      columns={columns}
      rows={steps}
      rowKey={(_, index) => index}
    />
  );
}

/** `version` is the one that the page shows. */
export function HistoryPanel({ version }: { version: MasterDataVersion }) {
  const { t } = useTranslation();
  const { vocabulary, id, recordTime } = version;
  const pages = useInfiniteQuery({
    queryKey: [...MASTER_DATA, "history", vocabulary, id],
    queryFn: ({ pageParam, signal }) =>
      fetchHistory({ vocabulary, id }, VERSIONS_PER_PAGE, pageParam ?? undefined, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const versions = pages.data?.pages.flatMap((page) => page.versions);
  return (
    <section className="panel stack" aria-labelledby="history">
      <h2 id="history">{t("provenance.masterData.history")}</h2>
      {pages.isError ? <Failure error={pages.error} retry={() => void pages.refetch()} /> : null}
      {versions !== undefined ? (
        <HistoryTable steps={stepsOf(versions, pages.hasNextPage)} shown={recordTime} />
      ) : pages.isError ? null : (
        <Skeleton height={120} />
      )}
      <MoreButton pages={pages} label={t("provenance.masterData.earlier")} />
    </section>
  );
}

//! The page that lists master data. Invariant: filters and page are in the address.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { ButtonLink } from "../../shell/ButtonLink.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { Paging } from "../../shell/Paging.tsx";
import { PER_PAGE } from "../epcis.ts";
import { ElementFilters } from "./ElementFilters.tsx";
import { ElementTable } from "./ElementTable.tsx";
import { type ElementSearch, fetchElements, MASTER_DATA } from "./master-data.ts";

function NoElements({ isFiltered, hasMore }: { isFiltered: boolean; hasMore: boolean }) {
  const { t } = useTranslation();
  if (hasMore) return <p>{t("provenance.masterData.noneOnPage")}</p>;
  if (isFiltered) return <p>{t("provenance.masterData.noneFiltered")}</p>;
  return (
    <div className="empty">
      <p>
        <strong>{t("provenance.masterData.none")}</strong>
      </p>
      <p className="note">{t("provenance.masterData.noneLead")}</p>
    </div>
  );
}

function ElementList({ search }: { search: ElementSearch }) {
  const { t } = useTranslation();
  const page = useQuery({
    queryKey: [...MASTER_DATA, "list", search],
    queryFn: ({ signal }) => fetchElements(search, PER_PAGE, signal),
    placeholderData: keepPreviousData,
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={360} />;
  const { versions, nextCursor } = page.data;
  const { cursor, ...filters } = search;
  const isFiltered = Object.keys(search).length > 0;
  return (
    <>
      {versions.length === 0 ? (
        <NoElements isFiltered={isFiltered} hasMore={nextCursor !== null} />
      ) : (
        <ElementTable versions={versions} />
      )}
      {versions.length === 0 && nextCursor === null && cursor === undefined ? null : (
        <Paging count={versions.length}>
          {cursor === undefined ? null : (
            <Link to="/provenance/master-data" search={filters}>
              {t("list.first")}
            </Link>
          )}
          {nextCursor === null ? null : (
            <Link to="/provenance/master-data" search={{ ...filters, cursor: nextCursor }}>
              {t("list.next")}
            </Link>
          )}
        </Paging>
      )}
    </>
  );
}

/** The page of the list that is in the address. */
export function MasterDataListPage() {
  const { t } = useTranslation();
  const session = useSession();
  const search = useSearch({ from: "/provenance/master-data" });
  return (
    <Page title={t("provenance.masterData.title")} lead={t("provenance.masterData.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <div>
            <ButtonLink size="xs" to="/provenance/master-data/record">
              {t("provenance.masterData.record")}
            </ButtonLink>
          </div>
          <div className="panel stack">
            <ElementFilters search={search} />
          </div>
          <div className="panel">
            <ElementList search={search} />
          </div>
        </div>
      )}
    </Page>
  );
}

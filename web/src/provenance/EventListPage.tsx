//! The page of the event list, with filters and paging. Invariant: filters and page are in the address.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../auth/session.ts";
import { Empty } from "../shell/Empty.tsx";
import { Failure } from "../shell/Failure.tsx";
import { Page } from "../shell/Page.tsx";
import { Paging } from "../shell/Paging.tsx";
import { captureCommand } from "./capture-command.ts";
import { EventFilters } from "./EventFilters.tsx";
import { EventTable } from "./EventTable.tsx";
import { fetchEvents, PER_PAGE } from "./epcis.ts";
import type { EventSearch } from "./event-search.ts";

function EventList({ search }: { search: EventSearch }) {
  const { t } = useTranslation();
  const { nextPageToken, ...filter } = search;
  const page = useQuery({
    queryKey: [...TENANT_DATA, "events", "list", search],
    queryFn: ({ signal }) => fetchEvents(filter, { perPage: PER_PAGE, nextPageToken }, signal),
    placeholderData: keepPreviousData,
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={360} />;
  const { events } = page.data;
  if (events.length === 0) {
    return Object.keys(search).length === 0 ? (
      <Empty title={t("provenance.events.none")} command={captureCommand(window.location.origin)} />
    ) : (
      <p>{t("provenance.events.noneFiltered")}</p>
    );
  }
  return (
    <>
      <EventTable events={events} label={t("provenance.events.title")} />
      <Paging count={events.length}>
        {nextPageToken === undefined ? null : (
          <Link to="/provenance/events" search={filter}>
            {t("list.first")}
          </Link>
        )}
        {page.data.nextPageToken === null ? null : (
          <Link to="/provenance/events" search={{ ...filter, nextPageToken: page.data.nextPageToken }}>
            {t("list.next")}
          </Link>
        )}
      </Paging>
    </>
  );
}

/** The page of the event list. */
export function EventListPage() {
  const { t } = useTranslation();
  const session = useSession();
  const search = useSearch({ from: "/provenance/events" });
  return (
    <Page title={t("provenance.events.title")} lead={t("provenance.events.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <div className="panel">
            <EventFilters search={search} />
          </div>
          <div className="panel">
            <EventList search={search} />
          </div>
        </div>
      )}
    </Page>
  );
}

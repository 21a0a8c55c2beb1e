//! The page of the event list, with filters and paging. Invariant: filters and page are in the address.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../auth/session.ts";
import { Empty } from "../shell/Empty.tsx";
import { Page } from "../shell/Page.tsx";
import { captureCommand } from "./capture-command.ts";
import { EventFilters } from "./EventFilters.tsx";
import { EventPages } from "./EventPages.tsx";
import { fetchEvents, filterQuery, PER_PAGE } from "./epcis.ts";
import type { EventSearch } from "./event-search.ts";
import { SaveQuery } from "./query/SaveQuery.tsx";

function EventList({ search }: { search: EventSearch }) {
  const { t } = useTranslation();
  const { nextPageToken, ...filter } = search;
  const page = useQuery({
    queryKey: [...TENANT_DATA, "events", "list", search],
    queryFn: ({ signal }) => fetchEvents(filter, { perPage: PER_PAGE, nextPageToken }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <EventPages
      page={page}
      label={t("provenance.events.title")}
      empty={
        Object.keys(search).length === 0 ? (
          <Empty title={t("provenance.events.none")} command={captureCommand(window.location.origin)} />
        ) : (
          <p>{t("provenance.events.noneFiltered")}</p>
        )
      }
      first={
        nextPageToken === undefined ? null : (
          <Link to="/provenance/events" search={filter}>
            {t("list.first")}
          </Link>
        )
      }
      next={(token, text) => (
        <Link to="/provenance/events" search={{ ...filter, nextPageToken: token }}>
          {text}
        </Link>
      )}
    />
  );
}

/** The page of the event list. */
export function EventListPage() {
  const { t } = useTranslation();
  const session = useSession();
  const search = useSearch({ from: "/provenance/events" });
  const { nextPageToken: _, ...filter } = search;
  return (
    <Page title={t("provenance.events.title")} lead={t("provenance.events.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <div className="panel stack">
            <EventFilters search={search} />
            <SaveQuery key={`${filterQuery(filter)}`} filter={filter} />
          </div>
          <div className="panel">
            <EventList search={search} />
          </div>
        </div>
      )}
    </Page>
  );
}

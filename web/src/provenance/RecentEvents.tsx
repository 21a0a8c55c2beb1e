//! A panel of the newest events for the overview, polled every two seconds. Invariant: nothing is requested before the
//! reader has signed in.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../auth/session.ts";
import { Empty } from "../shell/Empty.tsx";
import { Failure } from "../shell/Failure.tsx";
import { captureCommand } from "./capture-command.ts";
import { EventTable } from "./EventTable.tsx";
import { fetchEvents } from "./epcis.ts";

/** The number of events shown. */
const RECENT = 8;
/** The polling interval, in milliseconds. */
const POLL_INTERVAL_MS = 2_000;

function List() {
  const { t } = useTranslation();
  const recent = useQuery({
    queryKey: [...TENANT_DATA, "events", "recent"],
    queryFn: ({ signal }) => fetchEvents({}, { perPage: RECENT }, signal),
    refetchInterval: POLL_INTERVAL_MS,
  });
  if (recent.data === undefined) {
    return recent.isError ? (
      <Failure error={recent.error} retry={() => void recent.refetch()} />
    ) : (
      <Skeleton height={160} />
    );
  }
  const { events } = recent.data;
  if (events.length === 0) {
    return <Empty title={t("provenance.events.none")} command={captureCommand(window.location.origin)} />;
  }
  return (
    <>
      <EventTable events={events} label={t("provenance.recent.title")} />
      <p className="note">{t("provenance.recent.note", { count: events.length })}</p>
    </>
  );
}

/** The panel of recent events. */
export function RecentEvents() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <section className="panel" aria-labelledby="recent-events">
      <header className="panel-header">
        <h2 id="recent-events">{t("provenance.recent.title")}</h2>
        {session === null ? null : <Link to="/provenance/events">{t("provenance.recent.all")}</Link>}
      </header>
      {session === null ? <SignInNeeded /> : <List />}
    </section>
  );
}

//! The newest events, for the overview.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchEvents, TENANT_DATA } from "../api/epcis.ts";
import { Empty } from "../shell/Empty.tsx";
import { Failure } from "../shell/Failure.tsx";
import { captureCommand } from "./capture-command.ts";
import { EventTable } from "./EventTable.tsx";

/** How many are shown. */
const RECENT = 8;
/** How often they are read, in milliseconds. */
const POLL_INTERVAL_MS = 2_000;

/** The list with its states. */
export function RecentEvents() {
  const { t } = useTranslation();
  const recent = useQuery({
    queryKey: [...TENANT_DATA, "recent"],
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
    return <Empty title={t("events.none")} command={captureCommand(window.location.origin)} />;
  }
  return (
    <>
      <EventTable events={events} label={t("overview.recent")} />
      <p className="note">{t("overview.recentNote", { count: events.length })}</p>
    </>
  );
}

//! A record: the event as the index shows it, and beside it the proof that this browser computes.

import { Alert, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { fetchEventRows, TENANT_DATA } from "../api/epcis.ts";
import { SignInNeeded } from "../auth/SignInNeeded.tsx";
import { useSession } from "../auth/session.ts";
import { Copy } from "../shell/Copy.tsx";
import { Failure } from "../shell/Failure.tsx";
import { Page } from "../shell/Page.tsx";
import styles from "./EventPage.module.css";
import { EventRows } from "./EventRows.tsx";
import { summarise } from "./event-summary.ts";
import { ProofPanel } from "./ProofPanel.tsx";

function Content({ eventId }: { eventId: string }) {
  const { t } = useTranslation();
  const rows = useQuery({
    queryKey: [...TENANT_DATA, "rows", eventId],
    queryFn: ({ signal }) => fetchEventRows(eventId, signal),
  });
  const declarations = (rows.data ?? []).filter((row) => summarise(row).isDeclaration).length;
  return (
    <div className={styles.columns}>
      <section className="panel" aria-labelledby="row">
        <h2 id="row">{t("event.row")}</h2>
        <p className="note">{t("event.rowNote")}</p>
        {declarations === 0 ? null : (
          <Alert color="yellow" variant="light" title={t("event.declared")} mt="sm">
            {t("event.declaredLead", { count: declarations })}
          </Alert>
        )}
        {rows.isError ? (
          <Failure error={rows.error} retry={() => void rows.refetch()} />
        ) : rows.data === undefined ? (
          <Skeleton height={320} mt="md" />
        ) : (
          <EventRows rows={rows.data} />
        )}
      </section>
      <ProofPanel eventId={eventId} rows={rows.data ?? null} isRowsPending={rows.isPending} />
    </div>
  );
}

/** The page at an event's id. */
export function EventPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { eventId } = useParams({ from: "/provenance/events/$eventId" });
  const id = (
    <span className={styles.id}>
      <code>{eventId}</code>
      <Copy value={eventId} what="eventID" />
    </span>
  );
  return (
    // Another event is another page, with a heading that takes the focus.
    <Page key={eventId} title={t("event.title")} lead={id}>
      {session === null ? <SignInNeeded /> : <Content eventId={eventId} />}
    </Page>
  );
}

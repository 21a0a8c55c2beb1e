//! The page of one event: its index rows, its proof and its identifiers. Invariant: the event id comes from the
//! address.

import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../auth/session.ts";
import { RecordView } from "../proof/RecordView.tsx";
import { Identifier } from "../shell/Identifier.tsx";
import { Page } from "../shell/Page.tsx";
import { evidencePath, fetchEventRows, fetchLinkedRows } from "./epcis.ts";
import { EventDownloads } from "./event/EventDownloads.tsx";
import { EventIdentifiers } from "./event/EventIdentifiers.tsx";
import { describable, summarise } from "./event-summary.ts";
import { DescribedBy } from "./master-data/DescribedBy.tsx";
import { eventRowRules } from "./row-rules.ts";

function EventRecord({ eventId }: { eventId: string }) {
  const { t } = useTranslation();
  const rows = useQuery({
    queryKey: [...TENANT_DATA, "events", "rows", eventId],
    queryFn: ({ signal }) => fetchEventRows(eventId, signal),
  });
  const linked = useQuery({
    queryKey: [...TENANT_DATA, "events", "linked", eventId],
    queryFn: ({ signal }) => fetchLinkedRows(eventId, signal),
  });
  const declarations = (rows.data ?? []).filter((row) => summarise(row).isDeclaration).length;
  const subject = {
    kind: "event",
    id: eventId,
    evidencePath: evidencePath(eventId),
    rules: eventRowRules(eventId),
  };
  const below = (
    <>
      <EventIdentifiers captured={rows} linked={linked} />
      <DescribedBy ids={(rows.data ?? []).flatMap(describable)} />
    </>
  );
  return (
    <RecordView rows={rows} subject={subject} below={below}>
      <EventDownloads eventId={eventId} />
      {declarations === 0 ? null : (
        <Alert color="yellow" variant="light" title={t("provenance.event.declared")} mt="sm">
          {t("provenance.event.declaredLead", { count: declarations })}
        </Alert>
      )}
    </RecordView>
  );
}

/** The page of the event whose id is in the address. */
export function EventPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { eventId } = useParams({ from: "/provenance/events/$eventId" });
  return (
    // The key makes another event another page, whose heading takes the focus.
    <Page
      key={eventId}
      title={t("provenance.event.title")}
      lead={<Identifier value={eventId} what="eventID" />}
    >
      {session === null ? <SignInNeeded /> : <EventRecord eventId={eventId} />}
    </Page>
  );
}

//! The link to what an event of the stream is about: an EPCIS event, or a version of an element of master data.
//! Invariant: an event whose summary names nothing has no link.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/schema.ts";

/** Links to the page of the record, which checks its proof. */
export function RecordOfEvent({ event }: { event: Schemas["CloudEvent"] }) {
  const { t } = useTranslation();
  const { type, subject, time, data } = event;
  if (!subject) return null;
  if (type !== "waymark.provenance.master_data_recorded") {
    return (
      <Link to="/provenance/events/$eventId" params={{ eventId: subject }}>
        {t("provenance.record.event")}
      </Link>
    );
  }
  const { vocabulary } = data as { vocabulary?: unknown };
  if (typeof vocabulary !== "string") return null;
  return (
    <Link to="/provenance/master-data/$id" params={{ id: subject }} search={{ vocabulary, as_of: time }}>
      {t("provenance.record.element")}
    </Link>
  );
}

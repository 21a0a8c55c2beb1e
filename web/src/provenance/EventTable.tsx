//! A table of events. Invariant: each event with an id links to its record and proof.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Time } from "../shell/Time.tsx";
import styles from "./EventTable.module.css";
import type { EpcisEvent } from "./epcis.ts";
import { type EventSummary, shortIdentifier, summarise } from "./event-summary.ts";

function EventLink({ summary: { id, time } }: { summary: EventSummary }) {
  const { t } = useTranslation();
  const shown = time === null ? "–" : <Time at={time} />;
  if (id === null) return shown;
  return (
    <Link
      className={styles.time}
      to="/provenance/events/$eventId"
      params={{ eventId: id }}
      aria-label={t("provenance.events.open", { id })}
    >
      {shown}
    </Link>
  );
}

function Identifier({ value }: { value: string | undefined | null }) {
  if (value === undefined || value === null) return "–";
  return (
    <code className={styles.identifier} title={value}>
      {shortIdentifier(value)}
    </code>
  );
}

function About({ identifiers }: { identifiers: readonly string[] }) {
  const { t } = useTranslation();
  const [first, ...more] = identifiers;
  return (
    <>
      <Identifier value={first} />
      {more.length === 0 ? null : (
        <span className={styles.more}>{t("provenance.events.more", { count: more.length })}</span>
      )}
    </>
  );
}

/** The table; `label` names it for assistive technology. */
export function EventTable({ events, label }: { events: readonly EpcisEvent[]; label: string }) {
  const { t } = useTranslation();
  const columns: Column<EventSummary>[] = [
    {
      header: t("provenance.events.time"),
      cell: (summary) => <EventLink summary={summary} />,
      narrow: "unlabelled",
    },
    { header: t("provenance.events.type"), cell: ({ type }) => type },
    { header: t("provenance.events.step"), cell: ({ step }) => step ?? "–" },
    { header: t("provenance.events.action"), cell: ({ action }) => action ?? "–" },
    { header: t("provenance.events.about"), cell: ({ about }) => <About identifiers={about} /> },
    { header: t("provenance.events.where"), cell: ({ where }) => <Identifier value={where} /> },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={events.map(summarise)}
      // An event and its error declarations share one id, so the index is part of the key.
      rowKey={({ id }, index) => `${id} ${index}`}
    />
  );
}

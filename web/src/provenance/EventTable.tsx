//! A table of events, each leading to its record and proof.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { EpcisEvent } from "../api/epcis.ts";
import { Time } from "../shell/Time.tsx";
import styles from "./EventTable.module.css";
import { type EventSummary, shortIdentifier, summarise } from "./event-summary.ts";

function Row({ summary }: { summary: EventSummary }) {
  const { t } = useTranslation();
  const [first, ...more] = summary.about;
  const time = summary.time === null ? "–" : <Time at={summary.time} />;
  return (
    <tr>
      <td className={styles.time}>
        {summary.id === null ? (
          time
        ) : (
          <Link
            to="/provenance/events/$eventId"
            params={{ eventId: summary.id }}
            aria-label={t("events.open", { id: summary.id })}
          >
            {time}
          </Link>
        )}
      </td>
      <td>{summary.type}</td>
      <td>{summary.step ?? "–"}</td>
      <td>{summary.action ?? "–"}</td>
      <td className={styles.identifier}>
        {first === undefined ? "–" : <code title={first}>{shortIdentifier(first)}</code>}
        {more.length === 0 ? null : (
          <span className={styles.more}>{t("events.more", { count: more.length })}</span>
        )}
      </td>
      <td className={styles.identifier}>
        {summary.where === null ? "–" : <code title={summary.where}>{shortIdentifier(summary.where)}</code>}
      </td>
    </tr>
  );
}

/** The table. */
export function EventTable({ events, label }: { events: readonly EpcisEvent[]; label: string }) {
  const { t } = useTranslation();
  const columns = ["time", "type", "step", "action", "about", "where"] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label={label}>
      <table className="data-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {t(`events.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event, index) => {
            const summary = summarise(event);
            // One id may stand for an event and its error declarations, so the place must tell them apart.
            // biome-ignore lint/suspicious/noArrayIndexKey: rows keep no state of their own
            return <Row key={`${summary.id} ${index}`} summary={summary} />;
          })}
        </tbody>
      </table>
    </section>
  );
}

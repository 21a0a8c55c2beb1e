//! The events of a feed, each of which opens. Invariant: the content of an event is made only when it is open.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Time } from "../../shell/Time.tsx";
import { useFormat } from "../../shell/use-format.ts";
import { type CloudEvent, numberOf } from "../cloud-event.ts";
import { shortType } from "../event-types.ts";
import { EventDetail } from "./EventDetail.tsx";
import styles from "./EventList.module.css";

function EventItem({ event }: { event: CloudEvent }) {
  const format = useFormat();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li>
      <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary className={styles.line}>
          <span className={styles.number}>{format.count(numberOf(event))}</span>
          <span className={styles.type}>{shortType(event.type)}</span>
          <span className={styles.subject}>{event.subject ?? ""}</span>
          <span className={styles.time}>
            <Time at={event.time} />
          </span>
        </summary>
        {isOpen ? <EventDetail event={event} /> : null}
      </details>
    </li>
  );
}

/** `events` in the order in which they are shown. */
export function EventList({ events }: { events: readonly CloudEvent[] }) {
  const { t } = useTranslation();
  return (
    <ol className={styles.events} aria-label={t("event.stream.list")}>
      {events.map((event) => (
        <EventItem key={event.id} event={event} />
      ))}
    </ol>
  );
}

//! The page of the event stream. Invariant: the filters are in the address; what arrives while the page is paused waits
//! and is counted.

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { useFormat } from "../../shell/use-format.ts";
import { type CloudEvent, type EventFilter, readPages } from "../cloud-event.ts";
import { ConnectionState } from "./ConnectionState.tsx";
import { EventList } from "./EventList.tsx";
import styles from "./EventStreamPage.module.css";
import { type Feed, type FeedAction, SHOWN_MAX } from "./feed.ts";
import { StreamFilters } from "./StreamFilters.tsx";
import { useFeed } from "./use-feed.ts";

/** How many numbers are examined for earlier events at once: few may meet a filter. */
const EARLIER = { all: 100, filtered: 500 };

/** The button that pauses the list, or resumes it, with the number of events that wait. */
function PauseButton({ feed, change }: { feed: Feed; change: (action: FeedAction) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { isPaused, waitingCount: count } = feed;
  return (
    <Button
      size="xs"
      variant={isPaused ? "filled" : "default"}
      onClick={() => change({ kind: isPaused ? "resumed" : "paused" })}
    >
      {t(isPaused ? "event.stream.resume" : "event.stream.pause")}
      {isPaused && count > 0 ? (
        <span className={styles.badge} data-testid="waiting">
          {t("event.stream.waiting", { count, shown: format.count(count) })}
        </span>
      ) : null}
    </Button>
  );
}

/** The foot of the list: from where on it is complete, and a button for what was before. */
function Earlier({
  feed,
  filter,
  change,
}: {
  feed: Feed;
  filter: EventFilter;
  change: (action: FeedAction) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);
  const { from, shown } = feed;
  const isFiltered = filter.type !== undefined || filter.subject !== undefined;
  const reading = useMutation({
    mutationFn: async (until: number) => {
      const after = Math.max(0, until - (isFiltered ? EARLIER.filtered : EARLIER.all));
      const found: CloudEvent[] = [];
      await readPages(filter, { after, until }, stop.current.signal, (events) => found.push(...events));
      return { events: found, from: after };
    },
    onSuccess: (earlier) => change({ kind: "earlier", ...earlier }),
  });
  if (from === null) return null;
  const isFull = shown.length >= SHOWN_MAX;
  return (
    <>
      <div className={styles.foot}>
        <p className="note">
          {from === 0
            ? t("event.stream.fromFirst")
            : t("event.stream.from", { number: format.count(from + 1) })}{" "}
          {isFull ? t("event.stream.full", { most: format.count(SHOWN_MAX) }) : null}
        </p>
        {from === 0 || isFull ? null : (
          <Button
            size="xs"
            variant="default"
            loading={reading.isPending}
            onClick={() => reading.mutate(from)}
          >
            {t("event.stream.earlier")}
          </Button>
        )}
      </div>
      {reading.isError ? <Failure error={reading.error} /> : null}
    </>
  );
}

function Stream({ filter }: { filter: EventFilter }) {
  const { t } = useTranslation();
  const { feed, connection, change, retry } = useFeed(filter);
  return (
    <section className="panel stack" aria-labelledby="stream">
      <div className={styles.head}>
        <h2 id="stream">{t("event.stream.list")}</h2>
        <PauseButton feed={feed} change={change} />
      </div>
      <ConnectionState connection={connection} isPaused={feed.isPaused} retry={retry} />
      {feed.shown.length > 0 ? (
        <EventList events={feed.shown} />
      ) : feed.from === null ? null : (
        <p className="empty">{t("event.stream.none")}</p>
      )}
      <Earlier feed={feed} filter={filter} change={change} />
    </section>
  );
}

/** The page of the event stream. */
export function EventStreamPage(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const filter = useSearch({ from: "/event/stream" });
  return (
    <Page title={t("event.stream.title")} lead={t("event.stream.lead")}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <div className="panel">
            <StreamFilters filter={filter} />
          </div>
          {/* Each filter and each client has a list of its own. */}
          <Stream key={JSON.stringify([session.clientId, filter])} filter={filter} />
        </div>
      )}
    </Page>
  );
}

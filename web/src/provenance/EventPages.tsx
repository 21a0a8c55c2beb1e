//! A page of events with links to other pages of the same list. Invariant: an empty page says so, in words of the
//! caller.

import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../shell/Failure.tsx";
import { Paging } from "../shell/Paging.tsx";
import { EventTable } from "./EventTable.tsx";
import type { EventPage } from "./epcis.ts";

/**
 * `page` is the query of the page, `label` names its table. `empty` is shown instead of a table without rows, `first`
 * is the link to the first page, and `next` makes the link to the page of a token.
 */
export function EventPages({
  page,
  label,
  empty,
  first,
  next,
}: {
  page: UseQueryResult<EventPage>;
  label: string;
  empty: ReactNode;
  first: ReactNode;
  next: (nextPageToken: string, text: string) => ReactNode;
}) {
  const { t } = useTranslation();
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={360} />;
  const { events, nextPageToken } = page.data;
  if (events.length === 0) return empty;
  return (
    <>
      <EventTable events={events} label={label} />
      <Paging count={events.length}>
        {first}
        {nextPageToken === null ? null : next(nextPageToken, t("list.next"))}
      </Paging>
    </>
  );
}

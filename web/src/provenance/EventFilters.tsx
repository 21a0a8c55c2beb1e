//! The filters of the event list. Invariant: they only change the address; the list is derived from the address.

import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import styles from "./EventFilters.module.css";
import { EVENT_TYPES, type EventSearch, fromUtc, readEventSearch, toUtc } from "./event-search.ts";

/** The form, filled from the address. */
export function EventFilters({ search }: { search: EventSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();

  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const next = readEventSearch({
      ...form,
      GE_eventTime: toUtc(form.GE_eventTime ?? ""),
      LT_eventTime: toUtc(form.LT_eventTime ?? ""),
    });
    void navigate({ to: "/provenance/events", search: next });
  };

  return (
    // The key makes a new form for each address, because its fields must follow the browser's history.
    <form
      key={JSON.stringify(search)}
      className={styles.filters}
      onSubmit={apply}
      aria-label={t("list.filters")}
    >
      <TextInput
        size="xs"
        className={styles.wide}
        name="MATCH_anyEPC"
        label={t("provenance.events.anyEpc")}
        placeholder="https://id.gs1.org/01/…/21/…"
        defaultValue={search.MATCH_anyEPC ?? ""}
      />
      <TextInput
        size="xs"
        className={styles.wide}
        name="MATCH_anyEPCClass"
        label={t("provenance.events.anyClass")}
        placeholder="https://id.gs1.org/01/…/10/…"
        defaultValue={search.MATCH_anyEPCClass ?? ""}
      />
      <NativeSelect
        size="xs"
        name="eventType"
        label={t("provenance.events.type")}
        data={[{ value: "", label: t("provenance.events.anyType") }, ...EVENT_TYPES]}
        defaultValue={search.eventType ?? ""}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        name="GE_eventTime"
        label={`${t("provenance.events.from")} (${t("provenance.events.timeHint")})`}
        defaultValue={fromUtc(search.GE_eventTime)}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        name="LT_eventTime"
        label={`${t("provenance.events.before")} (${t("provenance.events.timeHint")})`}
        defaultValue={fromUtc(search.LT_eventTime)}
      />
      <div className={styles.buttons}>
        <Button size="xs" type="submit">
          {t("list.apply")}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ to: "/provenance/events", search: {} })}
        >
          {t("list.clear")}
        </Button>
      </div>
    </form>
  );
}

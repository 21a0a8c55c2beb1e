//! The filters of the event stream. Invariant: they only change the address; the stream is derived from the address.

import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { EventFilter } from "../cloud-event.ts";
import { TypeChoice } from "../TypeChoice.tsx";
import { chosenTypes, filterOf } from "./event-search.ts";
import styles from "./StreamFilters.module.css";

/** The form, filled from the address. */
export function StreamFilters({ filter }: { filter: EventFilter }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void navigate({ to: "/event/stream", search: filterOf(new FormData(event.currentTarget)) });
  };
  return (
    // The key makes a new form for each address, because its fields must follow the browser's history.
    <form
      key={JSON.stringify(filter)}
      className={styles.filters}
      onSubmit={apply}
      aria-label={t("list.filters")}
    >
      <TextInput
        size="xs"
        className={styles.subject}
        name="subject"
        label={t("event.stream.subject")}
        description={t("event.stream.subjectHint")}
        placeholder="https://id.gs1.org/01/…/10/…"
        defaultValue={filter.subject ?? ""}
      />
      <TypeChoice chosen={chosenTypes(filter)} />
      <div className={styles.buttons}>
        <Button size="xs" type="submit">
          {t("list.apply")}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ to: "/event/stream", search: {} })}
        >
          {t("list.clear")}
        </Button>
      </div>
    </form>
  );
}

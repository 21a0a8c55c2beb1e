//! The filters of the list of master data. Invariant: they only change the address; the list is derived from the
//! address.

import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import styles from "../EventFilters.module.css";
import { ATTRIBUTES, VOCABULARIES } from "./element.ts";
import { type ElementSearch, readElementSearch } from "./master-data.ts";
import { Suggestions } from "./Suggestions.tsx";

/** The form, filled from the address. */
export function ElementFilters({ search }: { search: ElementSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();

  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = readElementSearch(Object.fromEntries(new FormData(event.currentTarget)));
    void navigate({ to: "/provenance/master-data", search: next });
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
        name="vocabulary"
        label={t("provenance.masterData.vocabulary")}
        list="filter-vocabularies"
        defaultValue={search.vocabulary ?? ""}
      />
      <TextInput
        size="xs"
        className={styles.wide}
        name="id"
        label={t("provenance.masterData.id")}
        placeholder="https://id.gs1.org/414/…"
        defaultValue={search.id ?? ""}
      />
      <TextInput
        size="xs"
        className={styles.wide}
        name="attribute"
        label={t("provenance.masterData.hasAttribute")}
        list="filter-attributes"
        defaultValue={search.attribute ?? ""}
      />
      <Suggestions id="filter-vocabularies" values={VOCABULARIES} />
      <Suggestions id="filter-attributes" values={ATTRIBUTES} />
      <div className={styles.buttons}>
        <Button size="xs" type="submit">
          {t("list.apply")}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => void navigate({ to: "/provenance/master-data", search: {} })}
        >
          {t("list.clear")}
        </Button>
      </div>
    </form>
  );
}

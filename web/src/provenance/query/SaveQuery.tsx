//! The form that stores the current search of the event list as a named query. Invariant: what is stored is what the
//! address says.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, type ProblemEntry } from "../../api/problem.ts";
import { Failure } from "../../shell/Failure.tsx";
import styles from "../EventFilters.module.css";
import type { EventFilter } from "../epcis.ts";
import { QUERIES, saveQuery } from "./named-query.ts";

const NAME = "/name";

/** The fault of the name, which its field shows. */
function nameFault(error: unknown): ProblemEntry | undefined {
  return error instanceof ApiProblem ? error.errors.find(({ pointer }) => pointer === NAME) : undefined;
}

/** A button that opens the form. */
export function SaveQuery({ filter }: { filter: EventFilter }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const saving = useMutation({
    mutationFn: (name: string) => saveQuery(name, filter),
    onSuccess: () => queries.invalidateQueries({ queryKey: QUERIES }),
  });
  const close = () => {
    saving.reset();
    setIsOpen(false);
    // The button is in the document again when the state is applied.
    requestAnimationFrame(() => opener.current?.focus());
  };
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    saving.mutate(String(new FormData(event.currentTarget).get("name")));
  };

  if (saving.isSuccess) {
    return (
      <p role="status">
        {t("provenance.queries.saved")}{" "}
        <Link to="/provenance/queries/$name" params={{ name: saving.variables }}>
          {saving.variables}
        </Link>
      </p>
    );
  }
  if (!isOpen) {
    return (
      <div>
        <Button ref={opener} size="xs" variant="default" onClick={() => setIsOpen(true)}>
          {t("provenance.queries.save")}
        </Button>
      </div>
    );
  }
  const fault = nameFault(saving.error);
  return (
    <>
      <form className={styles.filters} onSubmit={save} aria-label={t("provenance.queries.save")}>
        <TextInput
          size="xs"
          className={styles.wide}
          name="name"
          label={t("provenance.queries.name")}
          description={t("provenance.queries.nameHint")}
          error={fault?.detail}
          required
          // The reader has just asked for this field.
          autoFocus
        />
        <div className={styles.buttons}>
          <Button size="xs" type="submit" loading={saving.isPending}>
            {t("provenance.queries.submit")}
          </Button>
          <Button size="xs" variant="default" disabled={saving.isPending} onClick={close}>
            {t("list.cancel")}
          </Button>
        </div>
      </form>
      {saving.isError ? (
        <Failure error={saving.error} isChange isShown={({ pointer }) => pointer !== NAME} />
      ) : null}
    </>
  );
}

//! The form that opens the page of an object. Invariant: the gateway reads the identifier first, and its fault is shown
//! at the field.

import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, type ProblemEntry } from "../../api/problem.ts";
import { Failure } from "../../shell/Failure.tsx";
import { objectOf } from "../code/digital-link.ts";
import styles from "../EventFilters.module.css";
import { fetchLinks } from "./links.ts";

function isOfIdentifier({ pointer }: ProblemEntry): boolean {
  return pointer === "/identifier";
}

/** The form. */
export function OpenObject() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const opening = useMutation({
    mutationFn: async (object: string) => {
      await fetchLinks(object, null);
      await navigate({ to: "/provenance/links/$identifier", params: { identifier: object } });
    },
  });
  const open = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    opening.mutate(objectOf(String(new FormData(event.currentTarget).get("identifier"))));
  };
  const { error } = opening;
  const fault = error instanceof ApiProblem ? error.errors.find(isOfIdentifier)?.detail : undefined;
  return (
    <>
      <form className={styles.filters} onSubmit={open} aria-label={t("provenance.links.open")}>
        <TextInput
          size="xs"
          className={styles.wide}
          name="identifier"
          label={t("provenance.links.identifier")}
          description={t("provenance.links.identifierHint")}
          placeholder="(01)09506000134352"
          error={fault}
          required
        />
        <div className={styles.buttons}>
          <Button size="xs" type="submit" loading={opening.isPending}>
            {t("provenance.links.open")}
          </Button>
        </div>
      </form>
      {opening.isError && fault === undefined ? <Failure error={error} /> : null}
    </>
  );
}

//! The form of the links of one object. Invariant: nothing is stored before the reader submits, and links that were
//! refused stay in the form.

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, type ProblemEntry } from "../../api/problem.ts";
import { Failure } from "../../shell/Failure.tsx";
import {
  emptyDraft,
  emptyLink,
  fieldOf,
  type LinkDraft,
  type LinkField,
  type LinksDraft,
  linksetOf,
  readDraft,
} from "./draft.ts";
import { LinkFields } from "./LinkFields.tsx";
import styles from "./LinkForm.module.css";
import { LINKS, type Linkset, storeLinks } from "./links.ts";

/** The faults of the links that were sent, by field; the first one of a field. */
function faultsOf(object: string, sent: LinksDraft | undefined, error: unknown): Map<LinkField, string> {
  const faults = new Map<LinkField, string>();
  if (sent === undefined || !(error instanceof ApiProblem)) return faults;
  for (const entry of error.errors) {
    const field = fieldOf(object, sent, entry);
    if (field !== null && !faults.has(field)) faults.set(field, entry.detail);
  }
  return faults;
}

/** The state of the form, with functions that change it. */
function useDraft(stored: Linkset | null) {
  const [draft, setDraft] = useState(() => (stored === null ? emptyDraft() : readDraft(stored)));
  const change = (id: number, next: Partial<LinkDraft>) =>
    setDraft((now) => ({
      ...now,
      links: now.links.map((link) => (link.id === id ? { ...link, ...next } : link)),
      // A new title is meant for the default link, too.
      defaultTitle: id === now.defaultId && next.title !== undefined ? null : now.defaultTitle,
    }));
  const choose = (id: number, isDefault: boolean) =>
    setDraft((now) => ({ ...now, defaultId: isDefault ? id : null, defaultTitle: null }));
  const add = () =>
    setDraft((now) => {
      const id = Math.max(-1, ...now.links.map((link) => link.id)) + 1;
      return { ...now, links: [...now.links, emptyLink(id)] };
    });
  const remove = (id: number) =>
    setDraft((now) => ({
      ...now,
      links: now.links.filter((link) => link.id !== id),
      ...(now.defaultId === id ? { defaultId: null, defaultTitle: null } : {}),
    }));
  return { draft, setDraft, change, choose, add, remove };
}

/** `stored` are the links that the object has now; `null` when it has none. */
export function LinkForm({ object, stored }: { object: string; stored: Linkset | null }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { draft, setDraft, change, choose, add, remove } = useDraft(stored);
  const form = useRef<HTMLFormElement>(null);
  const storing = useMutation({
    mutationFn: (sent: LinksDraft) => storeLinks(object, linksetOf(object, sent)),
    onSuccess: () => queries.invalidateQueries({ queryKey: LINKS }),
  });
  const { error, variables: sent } = storing;
  // The first faulty field takes the focus, which reads its fault to screen readers.
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);

  /** Moves the focus to the last address, or to the button that adds a link, once the form shows its new links. */
  const focusAfter = (wanted: "input[type=url]" | "button[type=button]") =>
    requestAnimationFrame(() =>
      [...(form.current?.querySelectorAll<HTMLElement>(wanted) ?? [])].at(-1)?.focus(),
    );
  const addLink = () => {
    add();
    focusAfter("input[type=url]");
  };
  const removeLink = (id: number) => {
    remove(id);
    focusAfter("button[type=button]");
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    storing.mutate(draft);
  };
  const faults = faultsOf(object, sent, error);
  const isElsewhere = (entry: ProblemEntry) => sent === undefined || fieldOf(object, sent, entry) === null;

  return (
    <form ref={form} className={styles.form} onSubmit={submit} aria-label={t("provenance.links.form")}>
      <TextInput
        size="xs"
        label={t("provenance.links.name")}
        description={t("provenance.links.nameHint")}
        required
        value={draft.name}
        error={faults.get("name")}
        onChange={({ currentTarget: { value } }) => setDraft((now) => ({ ...now, name: value }))}
      />
      {draft.links.map((link, index) => (
        <LinkFields
          key={link.id}
          link={link}
          number={index + 1}
          isDefault={link.id === draft.defaultId}
          faults={faults}
          onChange={(next) => change(link.id, next)}
          onDefault={(isDefault) => choose(link.id, isDefault)}
          onRemove={draft.links.length === 1 ? undefined : () => removeLink(link.id)}
        />
      ))}
      <p className="note">{t("provenance.links.defaultNote")}</p>
      {storing.isError ? <Failure error={error} isChange isShown={isElsewhere} /> : null}
      <div className={styles.row}>
        <Button size="xs" variant="default" onClick={addLink}>
          {t("provenance.links.add")}
        </Button>
        <Button size="xs" type="submit" loading={storing.isPending}>
          {t("provenance.links.store")}
        </Button>
      </div>
      <p className="note" role="status">
        {storing.isSuccess ? t("provenance.links.stored") : null}
      </p>
    </form>
  );
}

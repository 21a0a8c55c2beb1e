//! The form that records a version of an element. Invariant: nothing is recorded before the reader submits, and what
//! was refused stays in the form.

import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, type ProblemEntry } from "../../api/problem.ts";
import { Failure } from "../../shell/Failure.tsx";
import styles from "../link/LinkForm.module.css";
import { AttributeFields } from "./AttributeFields.tsx";
import {
  type AttributeDraft,
  documentOf,
  type ElementDraft,
  type ElementField,
  emptyAttribute,
  fieldOf,
} from "./draft.ts";
import { ATTRIBUTES, VOCABULARIES } from "./element.ts";
import { capture, MASTER_DATA } from "./master-data.ts";
import { RecordOutcome } from "./RecordOutcome.tsx";
import { Suggestions } from "./Suggestions.tsx";

/** The faults of the element that was sent, by field; the first one of a field. */
function faultsOf(sent: ElementDraft | undefined, error: unknown): Map<ElementField, string> {
  const faults = new Map<ElementField, string>();
  if (sent === undefined || !(error instanceof ApiProblem)) return faults;
  for (const entry of error.errors) {
    const field = fieldOf(sent, entry);
    if (field !== null && !faults.has(field)) faults.set(field, entry.detail);
  }
  return faults;
}

/** `initial` is what the form begins with. */
export function ElementForm({ initial }: { initial: ElementDraft }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(initial);
  const form = useRef<HTMLFormElement>(null);
  const recording = useMutation({
    mutationFn: (sent: ElementDraft) => capture(documentOf(sent, new Date().toISOString())),
    onSuccess: () => queries.invalidateQueries({ queryKey: MASTER_DATA }),
  });
  const { error, variables: sent } = recording;
  // The first faulty field takes the focus, which reads its fault to screen readers.
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);

  const set = (next: Partial<ElementDraft>) => setDraft((now) => ({ ...now, ...next }));
  const change = (key: number, next: Partial<AttributeDraft>) =>
    set({ attributes: draft.attributes.map((it) => (it.key === key ? { ...it, ...next } : it)) });
  const add = () => {
    const key = Math.max(-1, ...draft.attributes.map((it) => it.key)) + 1;
    set({ attributes: [...draft.attributes, emptyAttribute(key)] });
  };
  const remove = (key: number) => set({ attributes: draft.attributes.filter((it) => it.key !== key) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    recording.mutate(draft);
  };
  const faults = faultsOf(sent, error);
  const isElsewhere = (entry: ProblemEntry) => sent === undefined || fieldOf(sent, entry) === null;

  return (
    <form ref={form} className={styles.form} onSubmit={submit} aria-label={t("provenance.masterData.record")}>
      <div className={styles.fields}>
        <TextInput
          size="xs"
          className={styles.wide}
          label={t("provenance.masterData.vocabulary")}
          list="form-vocabularies"
          required
          value={draft.vocabulary}
          error={faults.get("vocabulary")}
          onChange={({ currentTarget }) => set({ vocabulary: currentTarget.value })}
        />
        <TextInput
          size="xs"
          className={styles.wide}
          label={t("provenance.masterData.id")}
          placeholder="https://id.gs1.org/414/…"
          required
          value={draft.id}
          error={faults.get("id")}
          onChange={({ currentTarget }) => set({ id: currentTarget.value })}
        />
      </div>
      {draft.attributes.map((attribute, index) => (
        <AttributeFields
          key={attribute.key}
          attribute={attribute}
          number={index + 1}
          faults={faults}
          onChange={(next) => change(attribute.key, next)}
          onRemove={() => remove(attribute.key)}
        />
      ))}
      <div>
        <Button size="xs" variant="default" onClick={add}>
          {t("provenance.masterData.addAttribute")}
        </Button>
      </div>
      <Textarea
        size="xs"
        label={t("provenance.masterData.children")}
        description={t("provenance.masterData.childrenHint")}
        rows={4}
        value={draft.children}
        error={faults.get("children")}
        onChange={({ currentTarget }) => set({ children: currentTarget.value })}
      />
      <Suggestions id="form-vocabularies" values={VOCABULARIES} />
      <Suggestions id="form-attributes" values={ATTRIBUTES} />
      {recording.isError ? <Failure error={error} isChange isShown={isElsewhere} /> : null}
      <div>
        <Button size="xs" type="submit" loading={recording.isPending}>
          {t("provenance.masterData.submit")}
        </Button>
      </div>
      <RecordOutcome outcome={recording.data} element={sent} />
    </form>
  );
}

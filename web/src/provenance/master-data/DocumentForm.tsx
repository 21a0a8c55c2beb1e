//! The form that records the master data of a document. Invariant: the document is sent exactly as it is in the field.

import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import styles from "../link/LinkForm.module.css";
import { capture, MASTER_DATA } from "./master-data.ts";
import { RecordOutcome } from "./RecordOutcome.tsx";

/** The form. */
export function DocumentForm() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const recording = useMutation({
    mutationFn: capture,
    onSuccess: () => queries.invalidateQueries({ queryKey: MASTER_DATA }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    recording.mutate(text);
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={t("provenance.masterData.document")}>
      <Textarea
        size="xs"
        label={t("provenance.masterData.document")}
        description={t("provenance.masterData.documentHint")}
        rows={10}
        required
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      {recording.isError ? <Failure error={recording.error} isChange /> : null}
      <div>
        <Button size="xs" type="submit" loading={recording.isPending}>
          {t("provenance.masterData.submitDocument")}
        </Button>
      </div>
      <RecordOutcome outcome={recording.data} element={undefined} />
    </form>
  );
}

//! The page layout of a record of any domain: index rows, and the proof that this browser computes. Invariant: index
//! rows and proof are separate panels, so a reader can tell them apart.

import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../shell/Failure.tsx";
import type { Document } from "../verify/document.ts";
import { IndexRows } from "./IndexRows.tsx";
import { ProofPanel, type ProvenSubject } from "./ProofPanel.tsx";
import styles from "./RecordView.module.css";

/** `rows` is the query of the index rows; `children` are shown above them, and the panel `below` below them. */
export function RecordView({
  rows,
  subject,
  children,
  below,
}: {
  rows: UseQueryResult<readonly Document[]>;
  subject: ProvenSubject;
  children?: ReactNode;
  below?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className={styles.columns}>
      <div className="stack">
        <section className="panel" aria-labelledby="row">
          <h2 id="row">{t("row.title")}</h2>
          <p className="note">{t("row.note")}</p>
          {children}
          {rows.isError ? (
            <Failure error={rows.error} retry={() => void rows.refetch()} />
          ) : rows.data === undefined ? (
            <Skeleton height={320} mt="md" />
          ) : (
            <IndexRows rows={rows.data} />
          )}
        </section>
        {below}
      </div>
      <ProofPanel subject={subject} rows={rows.data ?? null} isRowsPending={rows.isPending} />
    </div>
  );
}

//! The proof of one record. Invariant: green only when this browser has verified a bundle that is about this record.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { TENANT_DATA } from "../auth/session.ts";
import { Failure } from "../shell/Failure.tsx";
import type { Document } from "../verify/document.ts";
import type { Report } from "../verify/report.ts";
import type { RowRules } from "./compare.ts";
import { fetchEvidence } from "./evidence.ts";
import { ProofActions } from "./ProofActions.tsx";
import { ProofSentences, RecordFacts } from "./RecordFacts.tsx";
import styles from "./RecordView.module.css";
import { RowComparison } from "./RowComparison.tsx";
import { StepList } from "./StepList.tsx";
import { StreamRecords, StreamWarnings } from "./StreamRecords.tsx";
import { useVerification } from "./use-verification.ts";
import { Banner, VerdictBanner } from "./VerdictBanner.tsx";

/** The subject of a proof, and the address of its evidence. */
export interface ProvenSubject {
  /** The kind and the id of the subject that the bundle must prove, as in `Report.subject`. */
  kind: string;
  id: string;
  /** The address of the evidence bundle. */
  evidencePath: string;
  /** The rules for comparing the index rows with the record. */
  rules: RowRules;
}

/** A valid proof of another subject proves nothing about this one. */
function isAbout(report: Report, { kind, id }: ProvenSubject): boolean {
  return report.record !== null && report.subject?.kind === kind && report.subject.id === id;
}

/** The panel; `rows` are the index rows, or `null` when they could not be read. */
export function ProofPanel({
  subject,
  rows,
  isRowsPending,
}: {
  subject: ProvenSubject;
  rows: readonly Document[] | null;
  isRowsPending: boolean;
}) {
  const { t } = useTranslation();
  const { evidencePath, rules } = subject;
  const bundle = useQuery({
    queryKey: [...TENANT_DATA, "evidence", evidencePath],
    queryFn: ({ signal }) => fetchEvidence(evidencePath, signal),
    gcTime: 0,
  });
  const { state, run } = useVerification();
  const text = bundle.data;
  useEffect(() => {
    if (text !== undefined) run(text);
  }, [text, run]);

  const report = state.phase === "done" ? state.report : null;
  const about = report !== null && isAbout(report, subject);
  return (
    <section className="panel stack" aria-labelledby="proof">
      <div>
        <h2 id="proof">{t("proof.title")}</h2>
        <p className="note">{t("proof.lead")}</p>
      </div>
      {bundle.isError ? <Failure error={bundle.error} retry={() => void bundle.refetch()} /> : null}
      {bundle.isPending ? <Skeleton height={92} /> : null}
      <div aria-live="polite" data-testid="proof">
        {report?.verdict === "verified" && !about ? (
          <Banner tone="bad" title={t("proof.otherRecord")}>
            <p>{t("proof.otherRecordLead", { id: report.subject?.id ?? t("proof.noSubject") })}</p>
          </Banner>
        ) : (
          <VerdictBanner state={state}>
            {state.phase === "done" ? <ProofSentences {...state} /> : null}
          </VerdictBanner>
        )}
        {about ? <StreamWarnings stream={report.stream} /> : null}
      </div>
      {text === undefined ? null : <ProofActions evidencePath={evidencePath} bundle={text} />}
      {about && report.record !== null ? (
        <>
          <div className="stack" data-testid="comparison">
            <h3 className={styles.entry}>{t("compare.title")}</h3>
            {isRowsPending ? (
              <Skeleton height={52} />
            ) : (
              <RowComparison rows={rows} record={report.record} rules={rules} />
            )}
          </div>
          <RecordFacts report={report} />
          <StreamRecords stream={report.stream} />
        </>
      ) : null}
      {report === null ? null : <StepList report={report} />}
    </section>
  );
}

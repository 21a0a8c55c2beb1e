//! The Verify page: verifies a bundle in the browser and shows the steps. Invariant: it makes no request and works
//! without a server once it is loaded.

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { evidenceCommand } from "../proof/evidence.ts";
import { FieldTable } from "../proof/FieldTable.tsx";
import { ProofSentences, RecordFacts } from "../proof/RecordFacts.tsx";
import { StepList } from "../proof/StepList.tsx";
import { StreamRecords, StreamWarnings } from "../proof/StreamRecords.tsx";
import { Banner, VerdictBanner } from "../proof/VerdictBanner.tsx";
import { Command } from "../shell/Command.tsx";
import { Page } from "../shell/Page.tsx";
import type { Slice } from "../shell/slice.ts";
import { slices } from "../slices.ts";
import { formatDocument } from "../verify/document.ts";
import type { Report } from "../verify/report.ts";
import { Dropzone, FileButton } from "./Dropzone.tsx";
import { type AnchorProblem, FILE_MIB_MAX, useBundleFile } from "./use-bundle-file.ts";
import styles from "./VerifyPage.module.css";

function Statement({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { record } = report;
  if (record === null) return null;
  return (
    <section className="panel" aria-labelledby="statement">
      <h2 id="statement">{t("proof.document")}</h2>
      {record.withheld === null ? <p className="note">{t("verify.erased")}</p> : null}
      {record.withheld ? <p className="note">{t("proof.withheld", { count: record.withheld })}</p> : null}
      {record.fields.size === 0 ? null : <FieldTable fields={record.fields} label={t("proof.document")} />}
      {record.fields.size === 0 && record.document !== null ? (
        <pre>{formatDocument(record.document)}</pre>
      ) : null}
    </section>
  );
}

function AnchorBanner({ problem: { name, detail } }: { problem: AnchorProblem }) {
  const { t } = useTranslation();
  const title =
    detail === null
      ? t("verify.anchorTooLarge", { name, size: FILE_MIB_MAX })
      : t("verify.anchorBad", { name });
  return (
    <Banner tone="unsure" title={title} testId="anchor-problem">
      {detail === null ? null : <p lang="en">{detail}</p>}
      <p>{t("verify.anchorBadLead")}</p>
    </Banner>
  );
}

/** The page to verify a bundle. */
export function VerifyPage() {
  const { t } = useTranslation();
  const { state, bundle, anchor, isTooLarge, anchorProblem, takeBundle, takeAnchor, removeAnchor } =
    useBundleFile();
  const report = state.phase === "done" ? state.report : null;
  return (
    <Page title={t("verify.title")} lead={t("verify.lead")}>
      <div className="stack">
        <div className={styles.inputs}>
          <Dropzone
            title={t("verify.drop")}
            choose={bundle === null ? t("verify.choose") : t("verify.chooseOther")}
            note={bundle?.name ?? t("verify.offline")}
            onFile={takeBundle}
          />
          <div className={styles.anchor}>
            <strong>{t("verify.anchorTitle")}</strong>
            <p className="note">{anchor?.name ?? t("verify.anchorLead")}</p>
            {anchor === null ? (
              <FileButton label={t("verify.anchorChoose")} onFile={takeAnchor} variant="default" />
            ) : (
              <Button size="xs" variant="default" onClick={removeAnchor}>
                {t("verify.anchorRemove")}
              </Button>
            )}
          </div>
        </div>
        <div aria-live="polite" data-testid="proof">
          {anchorProblem === null ? null : <AnchorBanner problem={anchorProblem} />}
          {isTooLarge ? (
            <Banner tone="unsure" title={t("verify.tooLarge", { size: FILE_MIB_MAX })}>
              <p>{t("verify.tooLargeLead")}</p>
            </Banner>
          ) : null}
          <VerdictBanner state={state}>
            {state.phase === "done" ? <ProofSentences {...state} isOffline /> : null}
          </VerdictBanner>
          <StreamWarnings stream={report?.stream ?? null} />
        </div>
        {report === null ? (
          <div className="panel stack">
            <p>{t("verify.how")}</p>
            {slices.map(
              ({ name, evidencePath }: Slice) =>
                evidencePath && (
                  <Command
                    key={name}
                    command={evidenceCommand(window.location.origin, evidencePath)}
                    what={t("verify.howCommand")}
                  />
                ),
            )}
          </div>
        ) : (
          <div className={styles.result}>
            <section className="panel" aria-label={t("proof.steps")}>
              <StepList report={report} />
            </section>
            {report.verdict === "verified" ? (
              <div className="stack">
                <section className="panel" aria-label={t("proof.title")}>
                  <RecordFacts report={report} />
                </section>
                <Statement report={report} />
                <StreamRecords stream={report.stream} />
              </div>
            ) : null}
          </div>
        )}
      </div>
    </Page>
  );
}

//! The proof of one event. Invariant: green only when this browser verified a bundle that is about this very event.

import { Button, CopyButton, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type EpcisEvent, fetchEvidence, TENANT_DATA } from "../api/epcis.ts";
import { ProofSentences, RecordFacts } from "../proof/RecordFacts.tsx";
import { RowComparison } from "../proof/RowComparison.tsx";
import { StepList } from "../proof/StepList.tsx";
import { saveText } from "../proof/save.ts";
import { useVerification } from "../proof/use-verification.ts";
import { Banner, VerdictBanner } from "../proof/VerdictBanner.tsx";
import { Failure } from "../shell/Failure.tsx";
import { Icon } from "../shell/Icon.tsx";
import type { Report } from "../verify/report.ts";
import { evidenceCommand } from "./capture-command.ts";
import styles from "./EventPage.module.css";

/** Whether a verified report is about the event; a valid proof of something else proves nothing here. */
export function isAbout(report: Report, eventId: string): boolean {
  return report.record !== null && report.subject?.kind === "event" && report.subject.id === eventId;
}

function Actions({ eventId, bundle }: { eventId: string; bundle: string }) {
  const { t } = useTranslation();
  return (
    <div className={`${styles.buttons} no-print`}>
      <Button
        size="xs"
        leftSection={<Icon name="download" />}
        onClick={() => saveText(bundle, "waymark-evidence.json", "application/json")}
      >
        {t("proof.download")}
      </Button>
      <CopyButton value={evidenceCommand(window.location.origin, eventId)}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {copied ? t("proof.curlDone") : t("proof.curl")}
          </Button>
        )}
      </CopyButton>
      <Button size="xs" variant="default" onClick={() => window.print()}>
        {t("proof.print")}
      </Button>
    </div>
  );
}

/** The panel; `rows` is what the index answered, `null` when it did not. */
export function ProofPanel({
  eventId,
  rows,
  isRowsPending,
}: {
  eventId: string;
  rows: readonly EpcisEvent[] | null;
  isRowsPending: boolean;
}) {
  const { t } = useTranslation();
  const bundle = useQuery({
    queryKey: [...TENANT_DATA, "evidence", eventId],
    queryFn: ({ signal }) => fetchEvidence(eventId, signal),
    gcTime: 0,
  });
  const { state, run } = useVerification();
  const text = bundle.data;
  useEffect(() => {
    if (text !== undefined) run(text);
  }, [text, run]);

  const report = state.phase === "done" ? state.report : null;
  const about = report !== null && isAbout(report, eventId);
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
          <Banner tone="bad" title={t("proof.otherEvent")}>
            <p>{t("proof.otherEventLead", { id: report.subject?.id ?? t("proof.noSubject") })}</p>
          </Banner>
        ) : (
          <VerdictBanner state={state}>
            {state.phase === "done" ? <ProofSentences {...state} /> : null}
          </VerdictBanner>
        )}
      </div>
      {text === undefined ? null : <Actions eventId={eventId} bundle={text} />}
      {about && report.record !== null ? (
        <>
          <div className="stack" data-testid="comparison">
            <h3 className={styles.entry}>{t("compare.title")}</h3>
            {isRowsPending ? (
              <Skeleton height={52} />
            ) : (
              <RowComparison rows={rows} record={report.record} eventId={eventId} />
            )}
          </div>
          <RecordFacts report={report} />
        </>
      ) : null}
      {report === null ? null : <StepList report={report} />}
    </section>
  );
}

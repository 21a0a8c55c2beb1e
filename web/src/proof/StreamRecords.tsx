//! The records of a proven stream, and warnings about them. Invariant: a record that the bundle does not open is never
//! left out without a word, because it may be an error declaration.

import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { useFormat } from "../shell/use-format.ts";
import { type Document, members } from "../verify/document.ts";
import { errorDeclarations, type OpenedReport, type StreamReport } from "../verify/report.ts";
import { Banner } from "./VerdictBanner.tsx";

/** The maximum number of records and of warnings that are listed. */
const SHOWN_MAX = 200;
/** The kind of a stream whose records all have the id of one event. */
const EVENT_KIND = "event";
/** Members of a document that tell what it is about, if it has them at its top or in its member `event`. */
const SUMMARY = ["type", "eventTime", "eventID"] as const;

/** The texts of those members; empty for any other document. */
function summarise(document: Document): string[] {
  const whole = members(document);
  const event = members(whole?.event) ?? whole;
  return SUMMARY.flatMap((name) => {
    const value = event?.[name];
    return typeof value === "string" ? [value] : [];
  });
}

/** Banners for the records that declare an error. */
export function StreamWarnings({ stream }: { stream: StreamReport | null }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  if (stream === null) return null;
  const numbers = errorDeclarations(stream);
  if (numbers.length === 0) return null;
  const listed = numbers.slice(0, SHOWN_MAX).map(count).join(", ");
  const rest = numbers.length - SHOWN_MAX;
  const more = rest > 0 ? ` ${t("proof.moreRecords", { count: rest })}` : "";
  const key = stream.kind === EVENT_KIND ? "proof.declaredErroneous" : "proof.declaresErroneous";
  return (
    <Banner
      tone="unsure"
      title={t(key, { count: numbers.length, numbers: listed + more })}
      testId="stream-warning"
    >
      <p>{t("proof.declaredErroneousLead")}</p>
    </Banner>
  );
}

function Content({ opened }: { opened: OpenedReport }) {
  const { t } = useTranslation();
  if (opened.withheld === null) return t("verify.erased");
  const parts = summarise(opened.document);
  const withheld = opened.withheld > 0 ? t("proof.withheld", { count: opened.withheld }) : "";
  return [...parts, withheld].filter((part) => part !== "").join(" · ");
}

/** A table of the records that the bundle opens, and a sentence about the others. */
export function StreamRecords({ stream }: { stream: StreamReport | null }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  if (stream === null || stream.records.length === 0) return null;
  const all = stream.records.flatMap(({ opened }, index) =>
    opened === null ? [] : [{ number: index + 1, opened }],
  );
  const [shown, closed] = [all.slice(0, SHOWN_MAX), stream.records.length - all.length];
  const columns: Column<(typeof all)[number]>[] = [
    { header: t("proof.recordNumber"), cell: ({ number }) => count(number), align: "end" },
    {
      header: t("proof.outcome"),
      cell: ({ opened }) => <code>{opened.events[0] ?? opened.outcome}</code>,
      narrow: "unlabelled",
    },
    { header: t("proof.document"), cell: ({ opened }) => <Content opened={opened} />, narrow: "unlabelled" },
  ];
  return (
    <section className="panel" aria-labelledby="stream">
      <h2 id="stream">{t("proof.records")}</h2>
      {shown.length === 0 ? null : (
        <DataTable
          label={t("proof.records")}
          columns={columns}
          rows={shown}
          rowKey={({ number }) => number}
        />
      )}
      {all.length > shown.length ? (
        <p className="note">{t("proof.moreRecords", { count: all.length - shown.length })}</p>
      ) : null}
      {closed > 0 ? <p className="note">{t("proof.notShown", { count: closed })}</p> : null}
    </section>
  );
}

//! Compares the index row with the proven record, field by field. Invariant: a row that differs is shown in red with
//! the names of the fields; nothing is compared with a record that is not verified.

import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import type { Document } from "../verify/document.ts";
import type { RecordReport } from "../verify/report.ts";
import { compareRows, type Difference, disclosesRow, type RowRules } from "./compare.ts";
import styles from "./FieldTable.module.css";
import { Banner } from "./VerdictBanner.tsx";

function DifferenceTable({ differences }: { differences: readonly Difference[] }) {
  const { t } = useTranslation();
  const absent = <em>{t("compare.absent")}</em>;
  const columns: Column<Difference>[] = [
    { header: t("row.field"), cell: ({ pointer }) => pointer || "/", narrow: "unlabelled" },
    { header: t("compare.index"), cell: ({ index }) => index ?? absent },
    { header: t("compare.ledger"), cell: ({ ledger }) => ledger ?? absent },
  ];
  return (
    <DataTable
      label={t("compare.mismatch")}
      className={`${styles.fields} ${styles.differences}`}
      columns={columns}
      rows={differences}
      rowKey={({ pointer }) => pointer}
    />
  );
}

/** `rows` are the index rows of the record, or `null` when they could not be read. */
export function RowComparison({
  rows,
  record,
  rules,
}: {
  rows: readonly Document[] | null;
  record: RecordReport;
  rules: RowRules;
}) {
  const { t } = useTranslation();
  if (rows === null) return <Banner tone="unsure" title={t("compare.unreadable")} />;
  if (!disclosesRow(record.fields, rules)) return <Banner tone="unsure" title={t("compare.undisclosed")} />;
  const comparison = compareRows(rows, record.fields, record.withheld !== 0, rules);
  if (comparison === null) return <Banner tone="bad" title={t("compare.missing")} />;
  const { equal, differences } = comparison;
  if (differences.length === 0) {
    return <Banner tone="good" title={t("compare.matches", { count: equal })} />;
  }
  return (
    <>
      <Banner tone="bad" title={t("compare.mismatch")}>
        <p>
          {differences.map(({ pointer }) => (
            <code key={pointer} className={styles.chip}>
              {pointer || "/"}
            </code>
          ))}
        </p>
        <p>{t("compare.mismatchLead")}</p>
      </Banner>
      <DifferenceTable differences={differences} />
    </>
  );
}

//! Holds the index's row against the proven record, field by field. Invariant: a row that differs is said to differ, in
//! red and naming the fields; nothing is compared with a record that is not verified.

import { useTranslation } from "react-i18next";
import type { EpcisEvent } from "../api/epcis.ts";
import type { RecordReport } from "../verify/report.ts";
import { compareRows, disclosesEvent } from "./compare.ts";
import styles from "./FieldTable.module.css";
import { Banner } from "./VerdictBanner.tsx";

/** `rows` is what the index answered for `eventId`, or `null` when it could not be read. */
export function RowComparison({
  rows,
  record,
  eventId,
}: {
  rows: readonly EpcisEvent[] | null;
  record: RecordReport;
  eventId: string;
}) {
  const { t } = useTranslation();
  if (rows === null) return <Banner tone="unsure" title={t("compare.unreadable")} />;
  if (!disclosesEvent(record.fields)) return <Banner tone="unsure" title={t("compare.undisclosed")} />;
  const comparison = compareRows(rows, record.fields, { eventId, isPartial: record.withheld !== 0 });
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
      <table className={styles.table} aria-label={t("compare.mismatch")}>
        <thead>
          <tr>
            <th scope="col">{t("event.field")}</th>
            <th scope="col">{t("compare.index")}</th>
            <th scope="col">{t("compare.ledger")}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ pointer, index, ledger }) => (
            <tr key={pointer} data-marked="true">
              <th scope="row">{pointer || "/"}</th>
              <td>{index ?? <em>{t("compare.absent")}</em>}</td>
              <td>{ledger ?? <em>{t("compare.absent")}</em>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

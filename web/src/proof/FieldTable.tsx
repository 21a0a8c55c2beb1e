//! A table of a document's fields, by JSON pointer. Invariant: values are shown as canonical JSON, so numbers keep
//! their digits.

import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import styles from "./FieldTable.module.css";

/** Shows fields by JSON pointer, with values as canonical JSON. */
export function FieldTable({ fields, label }: { fields: ReadonlyMap<string, string>; label: string }) {
  const { t } = useTranslation();
  const columns: Column<[string, string]>[] = [
    { header: t("row.field"), cell: ([pointer]) => pointer || "/", narrow: "unlabelled" },
    { header: t("row.value"), cell: ([, value]) => value, narrow: "unlabelled" },
  ];
  return (
    <DataTable
      label={label}
      className={styles.fields}
      columns={columns}
      rows={[...fields]}
      rowKey={([pointer]) => pointer}
    />
  );
}

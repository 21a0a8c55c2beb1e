//! A document as its fields: where each value stands, and the value.

import { useTranslation } from "react-i18next";
import styles from "./FieldTable.module.css";

/** Fields by JSON pointer, values as canonical JSON; `marked` ones are set off as wrong. */
export function FieldTable({
  fields,
  label,
  marked,
}: {
  fields: ReadonlyMap<string, string>;
  label: string;
  marked?: ReadonlySet<string>;
}) {
  const { t } = useTranslation();
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("event.field")}</th>
          <th scope="col">{t("event.value")}</th>
        </tr>
      </thead>
      <tbody>
        {[...fields].map(([pointer, value]) => (
          <tr key={pointer} data-marked={marked?.has(pointer) ?? false}>
            <th scope="row">{pointer || "/"}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

//! The parameters of a named query. Invariant: all of them are shown, with the names of the standard and every digit.

import { useTranslation } from "react-i18next";
import { type Document, type DocumentObject, formatDocument } from "../../verify/document.ts";
import styles from "./ConditionList.module.css";

function valueText(value: Document): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(valueText).join(" | ") : formatDocument(value);
}

/** Shows the parameters in the order in which they were sent. */
export function ConditionList({ query }: { query: DocumentObject }) {
  const { t } = useTranslation();
  const entries = Object.entries(query);
  if (entries.length === 0) return t("provenance.queries.everything");
  return (
    <ul className={styles.conditions}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <code>
            {name} = {valueText(value)}
          </code>
        </li>
      ))}
    </ul>
  );
}

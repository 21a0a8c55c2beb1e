//! The index rows of one record, as fields or as JSON. Invariant: nothing in this component is proved. The order of the
//! rows is the response's.

import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Copy } from "../shell/Copy.tsx";
import { type Document, flatten, formatDocument } from "../verify/document.ts";
import { FieldTable } from "./FieldTable.tsx";
import styles from "./RecordView.module.css";

/** Shows the rows; there are several if one id has several entries. */
export function IndexRows({ rows }: { rows: readonly Document[] }) {
  const { t } = useTranslation();
  const [first] = rows;
  if (first === undefined) return <p>{t("row.missing")}</p>;
  const json = formatDocument(rows.length === 1 ? first : [...rows]);
  return (
    <Tabs defaultValue="fields" mt="sm">
      <Tabs.List>
        <Tabs.Tab value="fields">{t("row.fields")}</Tabs.Tab>
        <Tabs.Tab value="json">{t("row.json")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="fields">
        {rows.map((row, index) => {
          const label = t("row.entry", { number: index + 1, count: rows.length });
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one answer never change places
            <div key={index}>
              {rows.length === 1 ? null : <h3 className={styles.entry}>{label}</h3>}
              <FieldTable fields={flatten(row)} label={label} />
            </div>
          );
        })}
      </Tabs.Panel>
      <Tabs.Panel value="json">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard */}
        <pre className={styles.json} tabIndex={0}>
          {json}
        </pre>
        <Copy value={json} what={t("row.json")} />
      </Tabs.Panel>
    </Tabs>
  );
}

//! The index's rows of one event, as fields or as JSON.

import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EpcisEvent } from "../api/epcis.ts";
import { FieldTable } from "../proof/FieldTable.tsx";
import { Copy } from "../shell/Copy.tsx";
import { flatten, formatDocument } from "../verify/document.ts";
import styles from "./EventPage.module.css";

/** The event and its error declarations. */
export function EventRows({ rows }: { rows: readonly EpcisEvent[] }) {
  const { t } = useTranslation();
  const [first] = rows;
  if (first === undefined) return <p>{t("event.missing")}</p>;
  const json = formatDocument(rows.length === 1 ? first : [...rows]);
  return (
    <Tabs defaultValue="fields" mt="sm">
      <Tabs.List>
        <Tabs.Tab value="fields">{t("event.fields")}</Tabs.Tab>
        <Tabs.Tab value="json">{t("event.json")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="fields">
        {rows.map((row, index) => {
          const label = t("event.entry", { number: index + 1, count: rows.length });
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
        <Copy value={json} what={t("event.json")} />
      </Tabs.Panel>
    </Tabs>
  );
}

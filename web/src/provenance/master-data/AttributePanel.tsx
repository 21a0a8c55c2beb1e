//! The attributes of a version. Invariant: all of them are shown, with every digit of their values.

import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { type Attribute, shortAttribute, valueText } from "./element.ts";
import styles from "./MasterData.module.css";

/** The panel. */
export function AttributePanel({ attributes }: { attributes: readonly Attribute[] }) {
  const { t } = useTranslation();
  const title = t("provenance.masterData.attributes");
  const columns: Column<Attribute>[] = [
    {
      header: t("provenance.masterData.attribute"),
      cell: ({ id }) => <span title={id}>{shortAttribute(id)}</span>,
      narrow: "unlabelled",
    },
    {
      header: t("provenance.masterData.value"),
      cell: ({ value }) => <pre className={styles.value}>{valueText(value)}</pre>,
      narrow: "unlabelled",
    },
  ];
  return (
    <section className="panel" aria-labelledby="attributes">
      <h2 id="attributes">{title}</h2>
      {attributes.length === 0 ? (
        <p className="note">{t("provenance.masterData.noAttributes")}</p>
      ) : (
        <DataTable
          label={title}
          columns={columns}
          rows={attributes}
          // Attributes may repeat an id.
          rowKey={(_, index) => index}
        />
      )}
    </section>
  );
}

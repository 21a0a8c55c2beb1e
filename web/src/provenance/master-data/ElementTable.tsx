//! A table of elements of master data, each in its newest version. Invariant: each element links to its page.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "../../shell/DataTable.tsx";
import { Time } from "../../shell/Time.tsx";
import { type Attribute, readElement, shortAttribute, shortVocabulary, valueText } from "./element.ts";
import styles from "./MasterData.module.css";
import type { MasterDataVersion } from "./master-data.ts";

/** The number of attributes that a row shows. */
const SHOWN = 3;

function AttributeSummary({ attributes }: { attributes: readonly Attribute[] }) {
  const { t } = useTranslation();
  const more = attributes.length - SHOWN;
  if (attributes.length === 0) return "–";
  return (
    <ul className={styles.summary}>
      {attributes.slice(0, SHOWN).map(({ id, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attributes may repeat an id, and never change places
        <li key={index}>
          <span className="note" title={id}>
            {shortAttribute(id)}
          </span>{" "}
          {valueText(value)}
        </li>
      ))}
      {more > 0 ? <li className="note">{t("provenance.events.more", { count: more })}</li> : null}
    </ul>
  );
}

function VersionSummary({ version: { document } }: { version: MasterDataVersion }) {
  const { t } = useTranslation();
  if (document === null) return <em>{t("provenance.masterData.unreadable")}</em>;
  return <AttributeSummary attributes={readElement(document).attributes} />;
}

/** The table. */
export function ElementTable({ versions }: { versions: readonly MasterDataVersion[] }) {
  const { t } = useTranslation();
  const columns: Column<MasterDataVersion>[] = [
    {
      header: t("provenance.masterData.id"),
      cell: ({ id, vocabulary }) => (
        <Link to="/provenance/master-data/$id" params={{ id }} search={{ vocabulary }} className={styles.id}>
          <code>{id}</code>
        </Link>
      ),
      narrow: "unlabelled",
    },
    {
      header: t("provenance.masterData.vocabulary"),
      cell: ({ vocabulary }) => (
        <Link
          to="/provenance/master-data"
          search={{ vocabulary }}
          className={styles.id}
          aria-label={t("provenance.masterData.all", { vocabulary: shortVocabulary(vocabulary) })}
        >
          {shortVocabulary(vocabulary)}
        </Link>
      ),
    },
    {
      header: t("provenance.masterData.attributes"),
      cell: (version) => <VersionSummary version={version} />,
      narrow: "below",
    },
    {
      header: t("provenance.masterData.recorded"),
      cell: ({ recordTime }) => <Time at={recordTime} />,
    },
  ];
  return (
    <DataTable
      label={t("provenance.masterData.title")}
      columns={columns}
      rows={versions}
      rowKey={({ vocabulary, id }) => `${vocabulary} ${id}`}
    />
  );
}

//! What changed between two versions of an element. Invariant: every value that is shown is in one of both documents.

import { useTranslation } from "react-i18next";
import type { DocumentObject } from "../../verify/document.ts";
import { type Change, changesBetween } from "./changes.ts";
import styles from "./MasterData.module.css";

/** The number of changes that are shown. */
const SHOWN = 10;

function ChangeItem({ change: { kind, name, before, after } }: { change: Change }) {
  const { t } = useTranslation();
  if (kind === "child") {
    return t(before === null ? "provenance.masterData.childAdded" : "provenance.masterData.childRemoved", {
      name,
    });
  }
  return (
    <>
      <span className="note">{name}</span>{" "}
      {before === null ? null : <del className={styles.before}>{before}</del>}{" "}
      {after === null ? null : <ins>{after}</ins>}
    </>
  );
}

/** `before` is the version before; `null` for a version that cannot be read. */
export function ChangeList({
  before,
  after,
}: {
  before: DocumentObject | null;
  after: DocumentObject | null;
}) {
  const { t } = useTranslation();
  if (before === null || after === null) return <em>{t("provenance.masterData.notCompared")}</em>;
  const changes = changesBetween(before, after);
  if (changes.length === 0) return t("provenance.masterData.onlyOrder");
  const more = changes.length - SHOWN;
  return (
    <ul className={styles.summary}>
      {changes.slice(0, SHOWN).map((change) => (
        <li key={`${change.kind} ${change.name}`}>
          <ChangeItem change={change} />
        </li>
      ))}
      {more > 0 ? <li className="note">{t("provenance.events.more", { count: more })}</li> : null}
    </ul>
  );
}

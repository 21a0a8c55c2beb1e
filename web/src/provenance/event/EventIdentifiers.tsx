//! The identifiers of an event as they were captured and as GS1 Digital Links, with their barcodes. Invariant: a
//! barcode is drawn only when it is asked for.

import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { CodeImages } from "../code/CodeImages.tsx";
import type { EpcisEvent } from "../epcis.ts";
import styles from "./EventIdentifiers.module.css";
import { type SpelledIdentifier, spellIdentifiers } from "./identifiers.ts";

/** The number of identifiers that are shown at first. */
const SHOWN = 10;

function Codes({ link }: { link: string }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary aria-label={t("provenance.event.codesOf", { link })}>{t("provenance.code.title")}</summary>
      {isOpen ? (
        <div className={styles.codes}>
          <CodeImages data={link} />
          <p className="note">
            <Link to="/provenance/links/$identifier" params={{ identifier: link }}>
              {t("provenance.event.links")}
            </Link>
          </p>
        </div>
      ) : null}
    </details>
  );
}

function Row({ captured, link }: SpelledIdentifier) {
  const { t } = useTranslation();
  return (
    <li>
      <Identifier value={captured} what={captured} />
      {link === null || link === captured ? null : (
        <div>
          <span className="note">{t("provenance.event.digitalLink")} </span>
          <Identifier value={link} what={t("provenance.event.digitalLink")} />
        </div>
      )}
      {link === null ? <p className="note">{t("provenance.event.noDigitalLink")}</p> : <Codes link={link} />}
    </li>
  );
}

/** `captured` and `linked` are the queries of the event's rows in both spellings. */
export function EventIdentifiers({
  captured,
  linked,
}: {
  captured: UseQueryResult<readonly EpcisEvent[]>;
  linked: UseQueryResult<readonly EpcisEvent[]>;
}) {
  const { t } = useTranslation();
  const [isWhole, setIsWhole] = useState(false);
  // The failure of the rows is shown with the rows.
  if (captured.isError) return null;
  const identifiers = spellIdentifiers(captured.data?.[0], linked.data?.[0]);
  const shown = isWhole ? identifiers : identifiers.slice(0, SHOWN);
  return (
    <section className="panel" aria-labelledby="identifiers">
      <h2 id="identifiers">{t("provenance.event.identifiers")}</h2>
      {linked.isError ? <Failure error={linked.error} retry={() => void linked.refetch()} /> : null}
      {captured.data === undefined || linked.isPending ? (
        <Skeleton height={84} mt={8} />
      ) : identifiers.length === 0 ? (
        <p className="note">{t("provenance.event.noIdentifiers")}</p>
      ) : (
        <ul className={styles.identifiers}>
          {shown.map((identifier) => (
            <Row key={identifier.captured} {...identifier} />
          ))}
        </ul>
      )}
      {shown.length === identifiers.length ? null : (
        <button type="button" className={styles.more} onClick={() => setIsWhole(true)}>
          {t("provenance.event.showAll", { count: identifiers.length })}
        </button>
      )}
    </section>
  );
}

//! Links from identifiers to the master data that describes them. Invariant: a link is shown only for an element that
//! the gateway has found.

import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import { readElement, shortAttribute, shortVocabulary, valueText } from "./element.ts";
import styles from "./MasterData.module.css";
import { fetchElements, MASTER_DATA, type MasterDataVersion } from "./master-data.ts";

/** The most identifiers that are looked up for a page; each is a request. */
export const LOOKED_UP_MAX = 10;

/** The most vocabularies of one identifier that are shown. */
const VOCABULARIES_MAX = 10;

/** The name of an element, when it states one. */
function nameOf({ document }: MasterDataVersion): string | null {
  const attributes = document === null ? [] : readElement(document).attributes;
  const name = attributes.find(({ id }) => shortAttribute(id) === "name");
  return name === undefined ? null : valueText(name.value);
}

function Description({ version }: { version: MasterDataVersion }) {
  const { vocabulary, id } = version;
  const name = nameOf(version);
  return (
    <li>
      <Link to="/provenance/master-data/$id" params={{ id }} search={{ vocabulary }}>
        <code>{id}</code>
      </Link>{" "}
      <span className="note">
        {shortVocabulary(vocabulary)}
        {name === null ? null : ` · ${name}`}
      </span>
    </li>
  );
}

/** A panel for those of the identifiers, in any spelling, that have master data; nothing when none has. */
export function DescribedBy({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation();
  const lookUps = useQueries({
    queries: [...new Set(ids)].slice(0, LOOKED_UP_MAX).map((id) => ({
      queryKey: [...MASTER_DATA, "list", { id }, VOCABULARIES_MAX],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchElements({ id }, VOCABULARIES_MAX, signal),
    })),
  });
  // Two spellings of one identifier have the same master data.
  const found = new Map(
    lookUps
      .flatMap(({ data }) => data?.versions ?? [])
      .map((version) => [`${version.vocabulary} ${version.id}`, version]),
  );
  const failed = lookUps.filter(({ isError }) => isError);
  const [failure] = failed;
  if (found.size === 0 && failure === undefined) return null;
  return (
    <section className="panel stack" aria-labelledby="described">
      <h2 id="described">{t("provenance.masterData.title")}</h2>
      {failure === undefined ? null : (
        <Failure
          error={failure.error}
          retry={() => {
            for (const one of failed) void one.refetch();
          }}
        />
      )}
      <ul className={styles.list}>
        {[...found].map(([key, version]) => (
          <Description key={key} version={version} />
        ))}
      </ul>
    </section>
  );
}

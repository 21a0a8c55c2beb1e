//! The elements below and above an element. Invariant: those below are stated by the version that is shown; those above
//! are found among the newest versions of the vocabulary, as far as these were examined.

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../../shell/Failure.tsx";
import styles from "./MasterData.module.css";
import { MoreButton } from "./MoreButton.tsx";
import { EXAMINED_PER_PAGE, fetchElements, MASTER_DATA } from "./master-data.ts";

/** The number of children that are shown at first. */
const SHOWN = 20;

function ElementList({ ids, vocabulary }: { ids: readonly string[]; vocabulary: string }) {
  return (
    <ul className={styles.list}>
      {ids.map((id) => (
        <li key={id}>
          <Link to="/provenance/master-data/$id" params={{ id }} search={{ vocabulary }}>
            <code>{id}</code>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Children({ ids, vocabulary }: { ids: readonly string[]; vocabulary: string }) {
  const { t } = useTranslation();
  const [isWhole, setIsWhole] = useState(false);
  const each = [...new Set(ids)];
  const shown = isWhole ? each : each.slice(0, SHOWN);
  return (
    <>
      {each.length === 0 ? (
        <p className="note">{t("provenance.masterData.noChildren")}</p>
      ) : (
        <ElementList ids={shown} vocabulary={vocabulary} />
      )}
      {shown.length === each.length ? null : (
        <div>
          <Button size="xs" variant="default" onClick={() => setIsWhole(true)}>
            {t("provenance.masterData.showChildren", { count: each.length })}
          </Button>
        </div>
      )}
    </>
  );
}

function Parents({ id, vocabulary }: { id: string; vocabulary: string }) {
  const { t } = useTranslation();
  const pages = useInfiniteQuery({
    queryKey: [...MASTER_DATA, "parents", vocabulary, id],
    queryFn: ({ pageParam, signal }) =>
      fetchElements(
        { vocabulary, child: id, ...(pageParam === null ? {} : { cursor: pageParam }) },
        EXAMINED_PER_PAGE,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (pages.data === undefined) {
    return pages.isError ? (
      <Failure error={pages.error} retry={() => void pages.refetch()} />
    ) : (
      <Skeleton height={28} />
    );
  }
  const ids = pages.data.pages.flatMap(({ versions }) => versions.map((version) => version.id));
  return (
    <>
      {ids.length === 0 ? (
        <p className="note">
          {t(pages.hasNextPage ? "provenance.masterData.noParentsYet" : "provenance.masterData.noParents")}
        </p>
      ) : (
        <ElementList ids={ids} vocabulary={vocabulary} />
      )}
      {pages.isFetchNextPageError ? <Failure error={pages.error} /> : null}
      <MoreButton pages={pages} label={t("provenance.masterData.moreParents")} />
    </>
  );
}

/** `id` is that of the element, and `ids` are those of the elements below it. */
export function RelativePanel({
  id,
  vocabulary,
  ids,
}: {
  id: string;
  vocabulary: string;
  ids: readonly string[];
}) {
  const { t } = useTranslation();
  return (
    <>
      <section className="panel stack" aria-labelledby="children">
        <h2 id="children">{t("provenance.masterData.children")}</h2>
        <Children ids={ids} vocabulary={vocabulary} />
      </section>
      <section className="panel stack" aria-labelledby="parents">
        <div>
          <h2 id="parents">{t("provenance.masterData.parents")}</h2>
          <p className="note">{t("provenance.masterData.parentsNote")}</p>
        </div>
        <Parents id={id} vocabulary={vocabulary} />
      </section>
    </>
  );
}

//! What became of a document that was sent. Invariant: it says “recorded” only after the ledger has decided so.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ElementDraft } from "./draft.ts";
import type { Outcome } from "./master-data.ts";

/** `outcome` is absent before the answer, and `element` when the document has several. */
export function RecordOutcome({
  outcome,
  element,
}: {
  outcome: Outcome | undefined;
  element: Pick<ElementDraft, "id" | "vocabulary"> | undefined;
}) {
  const { t } = useTranslation();
  return (
    <p role="status">
      {outcome === undefined ? null : (
        <>
          {t(`provenance.masterData.outcome.${outcome}`)}{" "}
          {element === undefined ? (
            <Link to="/provenance/master-data">{t("provenance.masterData.title")}</Link>
          ) : (
            <Link
              to="/provenance/master-data/$id"
              params={{ id: element.id.trim() }}
              search={{ vocabulary: element.vocabulary.trim() }}
            >
              {element.id.trim()}
            </Link>
          )}
        </>
      )}
    </p>
  );
}

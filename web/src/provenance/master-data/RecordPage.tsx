//! The page that records master data, by a form or by a document. Invariant: the element that the form begins with is
//! in the address.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/problem.ts";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../../auth/session.ts";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { DocumentForm } from "./DocumentForm.tsx";
import { type ElementDraft, emptyDraft, readDraft } from "./draft.ts";
import { ElementForm } from "./ElementForm.tsx";
import { fetchVersion, type RecordSearch } from "./master-data.ts";

/** The newest version of the element in the address as a draft; an empty one for a new element. */
async function loadDraft({ id, ...search }: RecordSearch, signal: AbortSignal): Promise<ElementDraft> {
  if (id === undefined) return emptyDraft(search);
  try {
    return readDraft(await fetchVersion(id, search, signal));
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "provenance.unknown_master_data") {
      return emptyDraft({ id, ...search });
    }
    throw error;
  }
}

function StoredForm({ search }: { search: RecordSearch }) {
  const draft = useQuery({
    // The key is not one of master data, because a recorded version must not change the form that recorded it.
    queryKey: [...TENANT_DATA, "master-data-draft", search],
    queryFn: ({ signal }) => loadDraft(search, signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (draft.isError) return <Failure error={draft.error} retry={() => void draft.refetch()} />;
  if (draft.data === undefined) return <Skeleton height={360} />;
  return <ElementForm initial={draft.data} />;
}

/** The page. */
export function RecordPage() {
  const { t } = useTranslation();
  const session = useSession();
  const search = useSearch({ from: "/provenance/master-data/record" });
  return (
    <Page
      key={JSON.stringify(search)}
      title={t("provenance.masterData.record")}
      lead={t("provenance.masterData.recordLead")}
    >
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <p>
            <Link to="/provenance/master-data">{t("provenance.masterData.title")}</Link>
          </p>
          <section className="panel stack" aria-labelledby="form">
            <h2 id="form">{t("provenance.masterData.element")}</h2>
            <StoredForm search={search} />
          </section>
          <section className="panel stack" aria-labelledby="document">
            <h2 id="document">{t("provenance.masterData.document")}</h2>
            <DocumentForm />
          </section>
        </div>
      )}
    </Page>
  );
}

//! The page of one version of an element: what it states, its index row and proof, its relatives and its history.
//! Invariant: element and version come from the address.

import { Alert, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/problem.ts";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { ProofPanel } from "../../proof/ProofPanel.tsx";
import { RecordView } from "../../proof/RecordView.tsx";
import { ButtonLink } from "../../shell/ButtonLink.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { Page } from "../../shell/Page.tsx";
import { Time } from "../../shell/Time.tsx";
import { masterDataRowRules } from "../row-rules.ts";
import { AttributePanel } from "./AttributePanel.tsx";
import { ElementTable } from "./ElementTable.tsx";
import { readElement, shortVocabulary } from "./element.ts";
import { HistoryPanel } from "./HistoryPanel.tsx";
import {
  evidencePath,
  fetchElements,
  fetchVersion,
  MASTER_DATA,
  type MasterDataVersion,
  type VersionSearch,
} from "./master-data.ts";
import { RelativePanel } from "./RelativePanel.tsx";

/** The number of vocabularies among which a reader chooses. */
const VOCABULARIES_SHOWN = 50;

function isProblem(error: unknown, code: string): boolean {
  return error instanceof ApiProblem && error.code === `provenance.${code}`;
}

function versionQuery(id: string, search: VersionSearch) {
  return {
    queryKey: [...MASTER_DATA, "version", id, search],
    queryFn: ({ signal }: { signal: AbortSignal }) => fetchVersion(id, search, signal),
  } as const;
}

/** The elements of all vocabularies that have the id. */
function ChooseVocabulary({ id }: { id: string }) {
  const { t } = useTranslation();
  const page = useQuery({
    queryKey: [...MASTER_DATA, "list", { id }],
    queryFn: ({ signal }) => fetchElements({ id }, VOCABULARIES_SHOWN, signal),
  });
  if (page.isError) return <Failure error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Skeleton height={160} />;
  return (
    <div className="panel stack">
      <p>{t("provenance.masterData.choose")}</p>
      <ElementTable versions={page.data.versions} />
    </div>
  );
}

function VersionRecord({
  id,
  search,
  version,
}: {
  id: string;
  search: VersionSearch;
  version: MasterDataVersion;
}) {
  const rows = useQuery({
    ...versionQuery(id, search),
    select: ({ document }: MasterDataVersion) => (document === null ? [] : [document]),
  });
  const subject = {
    kind: "master_data",
    id: `${version.vocabulary} ${version.id}`,
    evidencePath: evidencePath(version),
    rules: masterDataRowRules,
  };
  // A record that cannot be read has no document to compare.
  if (version.document === null) return <ProofPanel subject={subject} rows={null} isRowsPending={false} />;
  return <RecordView rows={rows} subject={subject} />;
}

function VersionFacts({ version, isPast }: { version: MasterDataVersion; isPast: boolean }) {
  const { t } = useTranslation();
  const { vocabulary, id, recordTime } = version;
  return (
    <div className="panel stack">
      <p>
        {t("provenance.masterData.vocabulary")}:{" "}
        <Link to="/provenance/master-data" search={{ vocabulary }} title={vocabulary}>
          {shortVocabulary(vocabulary)}
        </Link>
        {" · "}
        {t("provenance.masterData.recorded")}: <Time at={recordTime} />
      </p>
      {isPast ? (
        <Alert color="yellow" variant="light" title={t("provenance.masterData.past")}>
          <Link to="/provenance/master-data/$id" params={{ id }} search={{ vocabulary }}>
            {t("provenance.masterData.newest")}
          </Link>
        </Alert>
      ) : null}
      <div>
        <ButtonLink
          size="xs"
          variant="default"
          to="/provenance/master-data/record"
          search={{ id, vocabulary }}
        >
          {t("provenance.masterData.recordVersion")}
        </ButtonLink>
      </div>
    </div>
  );
}

function Version({ id, search }: { id: string; search: VersionSearch }) {
  const { t } = useTranslation();
  const found = useQuery(versionQuery(id, search));
  if (isProblem(found.error, "ambiguous_master_data")) return <ChooseVocabulary id={id} />;
  if (found.isError) {
    return (
      <div className="stack">
        <Failure error={found.error} retry={() => void found.refetch()} />
        {isProblem(found.error, "unknown_master_data") && search.as_of === undefined ? (
          <div>
            <ButtonLink
              size="xs"
              to="/provenance/master-data/record"
              search={{ id, ...(search.vocabulary === undefined ? {} : { vocabulary: search.vocabulary }) }}
            >
              {t("provenance.masterData.record")}
            </ButtonLink>
          </div>
        ) : null}
      </div>
    );
  }
  if (found.data === undefined) return <Skeleton height={360} />;
  const version = found.data;
  const element = version.document === null ? null : readElement(version.document);
  return (
    <div className="stack">
      <VersionFacts version={version} isPast={search.as_of !== undefined} />
      {element === null ? (
        <Alert color="yellow" variant="light" title={t("provenance.masterData.unreadable")}>
          {t("provenance.masterData.unreadableLead")}
        </Alert>
      ) : (
        <AttributePanel attributes={element.attributes} />
      )}
      <RelativePanel id={version.id} vocabulary={version.vocabulary} ids={element?.children ?? []} />
      <HistoryPanel version={version} />
      <VersionRecord id={id} search={search} version={version} />
    </div>
  );
}

/** The page of the version in the address. */
export function ElementPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { id } = useParams({ from: "/provenance/master-data/$id" });
  const search = useSearch({ from: "/provenance/master-data/$id" });
  return (
    // The key makes another version another page, whose heading takes the focus.
    <Page
      key={JSON.stringify([id, search])}
      title={t("provenance.masterData.element")}
      lead={<Identifier value={id} what={t("provenance.masterData.id")} />}
    >
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <p>
            <Link to="/provenance/master-data">{t("provenance.masterData.title")}</Link>
          </p>
          <Version id={id} search={search} />
        </div>
      )}
    </Page>
  );
}

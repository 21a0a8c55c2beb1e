//! The page of one named query: its conditions and what it finds. Invariant: the name comes from the address.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../../auth/session.ts";
import { DeleteButton } from "../../shell/DeleteButton.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Page } from "../../shell/Page.tsx";
import { EventPages } from "../EventPages.tsx";
import { PER_PAGE } from "../epcis.ts";
import { ConditionList } from "./ConditionList.tsx";
import { deleteQuery, fetchNamedEvents, fetchQuery, QUERIES } from "./named-query.ts";
import { SubscriptionPanel } from "./SubscriptionPanel.tsx";

function Events({ name }: { name: string }) {
  const { t } = useTranslation();
  const { nextPageToken } = useSearch({ from: "/provenance/queries/$name" });
  const page = useQuery({
    queryKey: [...TENANT_DATA, "events", "named", name, nextPageToken],
    queryFn: ({ signal }) => fetchNamedEvents(name, { perPage: PER_PAGE, nextPageToken }, signal),
    placeholderData: keepPreviousData,
  });
  const to = { to: "/provenance/queries/$name", params: { name } } as const;
  return (
    <EventPages
      page={page}
      label={t("provenance.queries.found")}
      empty={<p>{t("provenance.queries.foundNone")}</p>}
      first={nextPageToken === undefined ? null : <Link {...to}>{t("list.first")}</Link>}
      next={(token, text) => (
        <Link {...to} search={{ nextPageToken: token }}>
          {text}
        </Link>
      )}
    />
  );
}

function Query({ name }: { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const named = useQuery({
    queryKey: [...QUERIES, "one", name],
    queryFn: ({ signal }) => fetchQuery(name, signal),
  });
  const leave = () => {
    void navigate({ to: "/provenance/queries" });
    queries.removeQueries({ queryKey: [...QUERIES, "one", name] });
    queries.removeQueries({ queryKey: [...TENANT_DATA, "events", "named", name] });
    void queries.invalidateQueries({ queryKey: [...QUERIES, "list"] });
  };
  if (named.isError) return <Failure error={named.error} retry={() => void named.refetch()} />;
  if (named.data === undefined) return <Skeleton height={360} />;
  return (
    <div className="stack">
      <section className="panel stack" aria-labelledby="conditions">
        <h2 id="conditions">{t("provenance.queries.conditions")}</h2>
        <ConditionList query={named.data.query} />
        <div>
          <DeleteButton
            name={t("provenance.queries.delete", { name })}
            question={t("provenance.queries.deleteQuestion", { name })}
            onDelete={() => deleteQuery(name)}
            onDone={leave}
          />
        </div>
      </section>
      <section className="panel" aria-labelledby="found">
        <h2 id="found">{t("provenance.queries.found")}</h2>
        <Events name={name} />
      </section>
      <SubscriptionPanel name={name} />
    </div>
  );
}

/** The page of the query whose name is in the address. */
export function QueryPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { name } = useParams({ from: "/provenance/queries/$name" });
  return (
    // The key makes another query another page, whose heading takes the focus.
    <Page
      key={name}
      title={name}
      lead={<Link to="/provenance/queries">{t("provenance.queries.title")}</Link>}
    >
      {session === null ? <SignInNeeded /> : <Query name={name} />}
    </Page>
  );
}

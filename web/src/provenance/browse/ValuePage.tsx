//! The page of the events that name one value. Invariant: the value comes from the address, and the events are those of
//! its resource in the binding.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { TENANT_DATA, useSession } from "../../auth/session.ts";
import { Identifier } from "../../shell/Identifier.tsx";
import { NotFound } from "../../shell/NotFound.tsx";
import { Page } from "../../shell/Page.tsx";
import { isDigitalLink } from "../code/digital-link.ts";
import { EventPages } from "../EventPages.tsx";
import { PER_PAGE } from "../epcis.ts";
import { DescribedBy } from "../master-data/DescribedBy.tsx";
import { fetchValueEvents, isResource, type Resource } from "./resource.ts";

function ValueEvents({ list, value }: { list: Resource; value: string }) {
  const { t } = useTranslation();
  const { nextPageToken } = useSearch({ from: "/provenance/browse/$list/$value" });
  const page = useQuery({
    queryKey: [...TENANT_DATA, "events", "of", list, value, nextPageToken],
    queryFn: ({ signal }) => fetchValueEvents(list, value, { perPage: PER_PAGE, nextPageToken }, signal),
    placeholderData: keepPreviousData,
  });
  const to = { to: "/provenance/browse/$list/$value", params: { list, value } } as const;
  return (
    <EventPages
      page={page}
      label={t("provenance.events.title")}
      empty={<p>{t("provenance.events.noneFiltered")}</p>}
      first={nextPageToken === undefined ? null : <Link {...to}>{t("list.first")}</Link>}
      next={(token, text) => (
        <Link {...to} search={{ nextPageToken: token }}>
          {text}
        </Link>
      )}
    />
  );
}

/** The page of the value in the address. */
export function ValuePage() {
  const { t } = useTranslation();
  const session = useSession();
  const { list, value } = useParams({ from: "/provenance/browse/$list/$value" });
  if (!isResource(list)) return <NotFound />;
  const kind = t(`provenance.browse.one.${list}`);
  return (
    // The key makes another value another page, whose heading takes the focus.
    <Page key={`${list} ${value}`} title={kind} lead={<Identifier value={value} what={kind} />}>
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <p>
            <Link to="/provenance/browse" search={{ list }}>
              {t(`provenance.browse.list.${list}`)}
            </Link>
            {list === "epcs" && isDigitalLink(value) ? (
              <>
                {" · "}
                <Link to="/provenance/links/$identifier" params={{ identifier: value }}>
                  {t("provenance.browse.object")}
                </Link>
              </>
            ) : null}
          </p>
          {list === "bizLocations" || list === "readPoints" ? <DescribedBy ids={[value]} /> : null}
          <div className="panel">
            <ValueEvents list={list} value={value} />
          </div>
        </div>
      )}
    </Page>
  );
}

//! The page of one object: its barcodes, its address at the resolver and its links. Invariant: the object comes from
//! the address.

import { Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SignInNeeded } from "../../auth/SignInNeeded.tsx";
import { useSession } from "../../auth/session.ts";
import { DeleteButton } from "../../shell/DeleteButton.tsx";
import { Failure } from "../../shell/Failure.tsx";
import { Identifier } from "../../shell/Identifier.tsx";
import { Page } from "../../shell/Page.tsx";
import { CodeImages } from "../code/CodeImages.tsx";
import { objectOf } from "../code/digital-link.ts";
import { LinkForm } from "./LinkForm.tsx";
import { deleteLinks, fetchLinks, LINKS } from "./links.ts";
import { ResolverAddress } from "./ResolverAddress.tsx";

function DeleteLinks({ object, onDeleted }: { object: string; onDeleted: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return (
    <DeleteButton
      name={t("provenance.links.delete", { object })}
      question={t("provenance.links.deleteQuestion", { object })}
      onDelete={() => deleteLinks(object)}
      onDone={() => queries.invalidateQueries({ queryKey: LINKS }).then(onDeleted)}
    />
  );
}

function LinkedObject({ object }: { object: string }) {
  const { t } = useTranslation();
  const [deletions, setDeletions] = useState(0);
  const links = useQuery({
    queryKey: [...LINKS, "one", object],
    queryFn: ({ signal }) => fetchLinks(object, signal),
  });
  if (links.isError) return <Failure error={links.error} retry={() => void links.refetch()} />;
  if (links.data === undefined) return <Skeleton height={360} />;
  const stored = links.data;
  return (
    <div className="stack">
      {stored === null ? null : <ResolverAddress address={stored.linkset[0].anchor} />}
      <section className="panel stack" aria-labelledby="codes">
        <h2 id="codes">{t("provenance.code.title")}</h2>
        <CodeImages data={stored?.linkset[0].anchor ?? object} />
      </section>
      <section className="panel stack" aria-labelledby="links">
        <header className="panel-header">
          <h2 id="links">{t("provenance.links.form")}</h2>
          {stored === null ? null : (
            <DeleteLinks object={object} onDeleted={() => setDeletions(deletions + 1)} />
          )}
        </header>
        {stored === null ? <p>{t("provenance.links.noLinks")}</p> : null}
        {/* The key makes an empty form when the links are deleted. */}
        <LinkForm key={deletions} object={object} stored={stored} />
      </section>
    </div>
  );
}

/** The page of the object in the address. */
export function LinkPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { identifier } = useParams({ from: "/provenance/links/$identifier" });
  const object = objectOf(identifier);
  return (
    // The key makes another object another page, whose heading takes the focus.
    <Page
      key={object}
      title={t("provenance.links.object")}
      lead={<Identifier value={object} what={t("provenance.links.identifier")} />}
    >
      {session === null ? (
        <SignInNeeded />
      ) : (
        <div className="stack">
          <p>
            <Link to="/provenance/links">{t("provenance.links.title")}</Link>
          </p>
          <LinkedObject object={object} />
        </div>
      )}
    </Page>
  );
}

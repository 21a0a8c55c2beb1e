//! The public address of an object at the tenant's resolver. Invariant: the address is the gateway's.

import { useTranslation } from "react-i18next";
import { Identifier } from "../../shell/Identifier.tsx";

/** `address` answers everybody, without credentials. */
export function ResolverAddress({ address }: { address: string }) {
  const { t } = useTranslation();
  const all = `${address}?linkType=linkset`;
  return (
    <section className="panel stack" aria-labelledby="resolver">
      <div>
        <h2 id="resolver">{t("provenance.links.resolver")}</h2>
        <p className="note">{t("provenance.links.resolverNote")}</p>
      </div>
      <Identifier value={address} what={t("provenance.links.resolver")} />
      <p>
        <a href={address} target="_blank" rel="noreferrer">
          {t("provenance.links.try")}
        </a>
        {" · "}
        <a href={all} target="_blank" rel="noreferrer">
          {t("provenance.links.tryAll")}
        </a>
      </p>
    </section>
  );
}

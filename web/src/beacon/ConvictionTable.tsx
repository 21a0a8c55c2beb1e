//! Who was convicted on the ledger, of what, and where the bond went. Invariant: the votes of an equivocation are called
//! proof only after this browser has checked both signatures.

import { useTranslation } from "react-i18next";
import type { Beacon, Conviction } from "../api/beacon.ts";
import { Hash } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";
import { useConvicted } from "../validators/useConvicted.ts";
import { tokens } from "./amount.ts";
import styles from "./beacon.module.css";
import { useNames } from "./name.ts";

function Evidence({ conviction }: { conviction: Conviction }) {
  const { t } = useTranslation();
  const { accusation, tx_id: transaction } = conviction;
  const checked = useConvicted(accusation);
  let said = t("beacon.inTransaction");
  if (accusation !== null) {
    if (checked.isError) said = t("proof.unavailable");
    else if (checked.data === undefined) said = t("validators.checking");
    else said = t(checked.data ? "beacon.votesChecked" : "beacon.votesUnproved");
  }
  return (
    <>
      <div data-checked={checked.data === true}>{said}</div>
      {accusation === null ? null : (
        <div>
          {t("beacon.votes")} <Hash value={accusation.evidence} what={t("validators.evidence")} />
        </div>
      )}
      <div>
        {t("beacon.transaction")} <Hash value={transaction} what={t("beacon.transaction")} />
      </div>
    </>
  );
}

function ConvictionRow({ beacon, conviction }: { beacon: Beacon; conviction: Conviction }) {
  const { t, i18n } = useTranslation();
  const { ofNumber } = useNames(beacon);
  const amounts = [conviction.slashed, conviction.rewarded, conviction.compensated, conviction.burned];
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  return (
    <tr>
      <th scope="row" className={styles.name}>
        {ofNumber(conviction.validator)}
      </th>
      <td>{t(`beacon.offence.${conviction.offence}`)}</td>
      <td className="number">{count(conviction.epoch)}</td>
      <td>
        {count(conviction.height)}, <Time at={conviction.timestamp} />
      </td>
      {amounts.map((amount, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still
        <td className="number" key={at}>
          {tokens(amount, i18n.language)}
        </td>
      ))}
      <td className={styles.evidence}>
        <Evidence conviction={conviction} />
      </td>
    </tr>
  );
}

/** The panel. */
export function ConvictionPanel({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { convictions } = beacon;
  return (
    <section className="panel" aria-labelledby="convictions">
      <h2 id="convictions">{t("beacon.convictions")}</h2>
      {convictions.length === 0 ? (
        <p className="note">{t("beacon.noConvictions")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        <section className="scroll-x" tabIndex={0} aria-label={t("beacon.convictionTable")}>
          <table className="data-table">
            <caption className="visually-hidden">{t("beacon.convictionTable")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("validators.validator")}</th>
                <th scope="col">{t("beacon.offenceTitle")}</th>
                <th scope="col" className="number">
                  {t("validators.epoch")}
                </th>
                <th scope="col">{t("beacon.convictedIn")}</th>
                {(["slashed", "rewarded", "compensated", "burned"] as const).map((column) => (
                  <th scope="col" className="number" key={column}>
                    {t(`beacon.${column}`)}
                  </th>
                ))}
                <th scope="col">{t("validators.evidence")}</th>
              </tr>
            </thead>
            <tbody>
              {convictions.map((conviction) => (
                <ConvictionRow
                  key={`${conviction.tx_id}-${conviction.validator}-${conviction.offence}`}
                  beacon={beacon}
                  conviction={conviction}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

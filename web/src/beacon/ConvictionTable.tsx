//! The convictions on the ledger and the use of the slashed bonds. Invariant: the votes of an equivocation are called
//! checked only after this browser has checked both signatures.

import { useTranslation } from "react-i18next";
import type { Beacon, Conviction } from "../api/beacon.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";
import { useFormat } from "../shell/use-format.ts";
import { useConvicted } from "../validators/use-convicted.ts";
import { tokens } from "./amount.ts";
import styles from "./Beacon.module.css";
import { useNames } from "./use-names.ts";

function Evidence({ conviction }: { conviction: Conviction }) {
  const { t } = useTranslation();
  const { accusation, tx_id: transaction } = conviction;
  const checked = useConvicted(accusation);
  let text = t("beacon.inTransaction");
  if (accusation !== null) {
    if (checked.isError) text = t("proof.unavailable");
    else if (checked.data === undefined) text = t("validators.checking");
    else text = t(checked.data ? "beacon.votesChecked" : "beacon.votesUnproved");
  }
  return (
    <div className={styles.evidence}>
      <div data-checked={checked.data === true}>{text}</div>
      {accusation === null ? null : (
        <div>
          {t("beacon.votes")} <Hash value={accusation.evidence} what={t("validators.evidence")} />
        </div>
      )}
      <div>
        {t("beacon.transaction")} <Hash value={transaction} what={t("beacon.transaction")} />
      </div>
    </div>
  );
}

function useColumns(beacon: Beacon): Column<Conviction>[] {
  const { t, i18n } = useTranslation();
  const { count } = useFormat();
  const { ofNumber } = useNames(beacon);
  const amount = (part: "slashed" | "rewarded" | "compensated" | "burned"): Column<Conviction> => ({
    header: t(`beacon.${part}`),
    cell: (conviction) => tokens(conviction[part], i18n.language),
    align: "end",
  });
  return [
    {
      header: t("validators.validator"),
      cell: ({ validator }) => <span className={styles.name}>{ofNumber(validator)}</span>,
      narrow: "unlabelled",
    },
    { header: t("beacon.offenceTitle"), cell: ({ offence }) => t(`beacon.offence.${offence}`) },
    { header: t("validators.epoch"), cell: ({ epoch }) => count(epoch), align: "end" },
    {
      header: t("beacon.convictedIn"),
      cell: ({ height, timestamp }) => (
        <>
          {count(height)}, <Time at={timestamp} />
        </>
      ),
    },
    amount("slashed"),
    amount("rewarded"),
    amount("compensated"),
    amount("burned"),
    {
      header: t("validators.evidence"),
      cell: (conviction) => <Evidence conviction={conviction} />,
      narrow: "below",
    },
  ];
}

/** The panel of convictions. */
export function ConvictionPanel({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const columns = useColumns(beacon);
  const { convictions } = beacon;
  return (
    <section className="panel" aria-labelledby="convictions">
      <h2 id="convictions">{t("beacon.convictions")}</h2>
      {convictions.length === 0 ? (
        <p className="note">{t("beacon.noConvictions")}</p>
      ) : (
        <DataTable
          label={t("beacon.convictionTable")}
          columns={columns}
          rows={convictions}
          rowKey={(one) => `${one.tx_id}-${one.validator}-${one.offence}`}
        />
      )}
    </section>
  );
}

//! The panel of bonds, Servi (score for service), uptime, believability and the treasury. Invariant: the values are the
//! gateway's; only the share of believability is computed here.

import { useTranslation } from "react-i18next";
import type { Beacon, BeaconTreasury, BeaconValidator } from "../api/beacon.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import { useFormat } from "../shell/use-format.ts";
import { share, tokens } from "./amount.ts";
import styles from "./Beacon.module.css";
import { useNames } from "./use-names.ts";

function Standing({ validator }: { validator: BeaconValidator }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={styles.badge} data-status={validator.status}>
        {t(`beacon.status.${validator.status}`)}
      </span>
      {validator.in_league ? <span className={styles.badge}>{t("beacon.inLeague")}</span> : null}
    </>
  );
}

function useColumns(beacon: Beacon): Column<BeaconValidator>[] {
  const { t, i18n } = useTranslation();
  const { count, percent } = useFormat();
  const { ofNumber } = useNames(beacon);
  const whole = beacon.validators.reduce((sum, { believability }) => sum + BigInt(believability ?? 0), 0n);
  const amount = (units: string | null) => (units === null ? "–" : tokens(units, i18n.language));
  const chance = (believability: string | null) => {
    const part = believability === null ? null : share(believability, whole);
    return part === null ? "–" : <span title={believability ?? undefined}>{percent(part)}</span>;
  };
  return [
    {
      header: t("validators.validator"),
      cell: ({ id }) => <span className={styles.name}>{ofNumber(id)}</span>,
      narrow: "unlabelled",
    },
    { header: t("beacon.stands"), cell: (validator) => <Standing validator={validator} /> },
    { header: t("beacon.bond"), cell: ({ bond }) => amount(bond), align: "end" },
    { header: t("beacon.weight"), cell: ({ weight }) => amount(weight), align: "end" },
    { header: t("beacon.servi"), cell: ({ servi }) => count(servi), align: "end" },
    { header: t("beacon.uptime"), cell: (one) => percent(one.uptime_ppm / 1_000_000), align: "end" },
    { header: t("beacon.believability"), cell: (one) => chance(one.believability), align: "end" },
    {
      header: t("validators.key"),
      cell: ({ key, id }) => <Hash value={key} what={t("validators.keyOf", { name: ofNumber(id) })} />,
    },
  ];
}

function Treasury({ treasury }: { treasury: BeaconTreasury }) {
  const { t, i18n } = useTranslation();
  const parts = ["bonds", "owed", "fund", "burned", "withdrawn", "deposited"] as const;
  return (
    <dl className={styles.facts}>
      {parts.map((part) => (
        <div key={part}>
          <dt>{t(`beacon.treasury.${part}`)}</dt>
          <dd>{tokens(treasury[part], i18n.language)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The panel of bonds and treasury. */
export function BondPanel({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const columns = useColumns(beacon);
  const most = count(beacon.servi_max);
  return (
    <section className="panel" aria-labelledby="bonds">
      <h2 id="bonds">{t("beacon.bonds")}</h2>
      <DataTable
        label={t("beacon.bondTable")}
        columns={columns}
        rows={beacon.validators}
        rowKey={({ id }) => id}
      />
      <p className="note">{t("beacon.bondNote", { most })}</p>
      <Treasury treasury={beacon.treasury} />
    </section>
  );
}

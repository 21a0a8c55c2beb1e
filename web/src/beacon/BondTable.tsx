//! What each validator has at stake and has earned, and what that makes of its chance to lead.

import { useTranslation } from "react-i18next";
import type { Beacon, BeaconTreasury, BeaconValidator } from "../api/beacon.ts";
import { Hash } from "../shell/Hash.tsx";
import { share, tokens } from "./amount.ts";
import styles from "./beacon.module.css";
import { useNames } from "./name.ts";

function BondRow({ beacon, one, whole }: { beacon: Beacon; one: BeaconValidator; whole: bigint }) {
  const { t, i18n } = useTranslation();
  const name = useNames(beacon).ofNumber(one.id);
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  const chance = one.believability === null ? null : share(one.believability, whole);
  return (
    <tr>
      <th scope="row" className={styles.name}>
        {name}
      </th>
      <td>
        <span className={styles.badge} data-status={one.status}>
          {t(`beacon.status.${one.status}`)}
        </span>
        {one.in_league ? <span className={styles.badge}>{t("beacon.inLeague")}</span> : null}
      </td>
      <td className="number">{tokens(one.bond, i18n.language)}</td>
      <td className="number">{one.weight === null ? "–" : tokens(one.weight, i18n.language)}</td>
      <td className="number">{count(one.servi)}</td>
      <td className="number">{percent.format(one.uptime_ppm / 1_000_000)}</td>
      <td className="number" title={one.believability ?? undefined}>
        {chance === null ? "–" : percent.format(chance)}
      </td>
      <td>
        <Hash value={one.key} what={t("validators.keyOf", { name })} />
      </td>
    </tr>
  );
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

/** The panel. */
export function BondPanel({ beacon }: { beacon: Beacon }) {
  const { t, i18n } = useTranslation();
  const whole = beacon.validators.reduce((sum, { believability }) => sum + BigInt(believability ?? 0), 0n);
  const most = new Intl.NumberFormat(i18n.language).format(beacon.servi_max);
  return (
    <section className="panel" aria-labelledby="bonds">
      <h2 id="bonds">{t("beacon.bonds")}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label={t("beacon.bondTable")}>
        <table className="data-table">
          <caption className="visually-hidden">{t("beacon.bondTable")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("validators.validator")}</th>
              <th scope="col">{t("beacon.stands")}</th>
              {(["bond", "weight", "servi", "uptime", "believability"] as const).map((column) => (
                <th scope="col" className="number" key={column}>
                  {t(`beacon.${column}`)}
                </th>
              ))}
              <th scope="col">{t("validators.key")}</th>
            </tr>
          </thead>
          <tbody>
            {beacon.validators.map((one) => (
              <BondRow key={one.id} beacon={beacon} one={one} whole={whole} />
            ))}
          </tbody>
        </table>
      </section>
      <p className="note">{t("beacon.bondNote", { most })}</p>
      <Treasury treasury={beacon.treasury} />
    </section>
  );
}

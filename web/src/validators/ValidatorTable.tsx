//! The validators, one row each, and what each did on every shard. Invariant: no tick here, let alone a green one: this
//! page reads what the gateway says and checks no certificate.

import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LedgerNetwork, NetworkShard, NetworkValidator, ValidatorShard } from "../api/network.ts";
import { Hash } from "../shell/Hash.tsx";
import styles from "./ValidatorTable.module.css";

/** The share of the window's blocks that a validator led, between 0 and 1; `null` without blocks. */
export function leaderShare(did: ValidatorShard, window: number): number | null {
  return window === 0 ? null : did.led_blocks / window;
}

function Lag({ did, window }: { did: ValidatorShard; window: number }) {
  const { t } = useTranslation();
  if (did.lag_blocks === null) return t("validators.silent", { count: window });
  return did.lag_blocks === 0 ? t("validators.current") : t("validators.behind", { count: did.lag_blocks });
}

function Did({ did, shard }: { did: ValidatorShard; shard: NetworkShard | undefined }) {
  const { t, i18n } = useTranslation();
  const window = shard?.window_blocks ?? 0;
  const share = leaderShare(did, window);
  if (share === null) return <td className={styles.none}>{t("validators.noBlocks")}</td>;
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 0 });
  return (
    <td>
      <div className={styles.newest} data-signed={did.signed_newest}>
        {t(did.signed_newest ? "validators.inNewest" : "validators.notInNewest")}
      </div>
      <div className={styles.counts}>
        {t("validators.counts", { signed: did.signed_blocks, window, led: percent.format(share) })}
      </div>
      <div className={styles.counts} data-silent={did.lag_blocks === null}>
        <Lag did={did} window={window} />
      </div>
    </td>
  );
}

function ValidatorRow({ validator, network }: { validator: NetworkValidator; network: LedgerNetwork }) {
  const { t, i18n } = useTranslation();
  const name = t("validators.name", { index: validator.index });
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  return (
    <tr>
      <th scope="row" className={styles.name}>
        {name}
        {network.own_index === validator.index ? (
          <span className={styles.own}>{t("validators.own")}</span>
        ) : null}
      </th>
      <td>
        <Hash value={validator.key} what={t("validators.keyOf", { name })} />
      </td>
      <td className="number" title={new Intl.NumberFormat(i18n.language).format(validator.weight)}>
        {percent.format(validator.weight / network.validators.reduce((sum, { weight }) => sum + weight, 0))}
      </td>
      {validator.shards.map((did) => (
        <Did key={did.shard} did={did} shard={network.shards[did.shard]} />
      ))}
    </tr>
  );
}

/** The table; `null` while the first reading is under way. */
export function ValidatorTable({ network }: { network: LedgerNetwork | null }) {
  const { t } = useTranslation();
  if (network === null) return <Skeleton height={168} mt={8} />;
  return (
    <div className="scroll-x">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t("validators.validator")}</th>
            <th scope="col">{t("validators.key")}</th>
            <th scope="col" className="number">
              {t("validators.weight")}
            </th>
            {network.shards.map(({ shard }) => (
              <th scope="col" key={shard}>
                {t("validators.onShard", { shard })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {network.validators.map((validator) => (
            <ValidatorRow key={validator.index} validator={validator} network={network} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

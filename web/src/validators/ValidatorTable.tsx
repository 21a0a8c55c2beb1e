//! A table of the validators and their part in each shard's newest blocks. Invariant: no tick is drawn, because this
//! page shows what the gateway reports and checks no certificate.

import { useTranslation } from "react-i18next";
import type { LedgerNetwork, NetworkShard, NetworkValidator, ValidatorShard } from "../api/network.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import { useFormat } from "../shell/use-format.ts";
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

function Work({ did, shard }: { did: ValidatorShard | undefined; shard: NetworkShard }) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const window = shard.window_blocks;
  const share = did === undefined ? null : leaderShare(did, window);
  if (did === undefined || share === null) {
    return <span className={styles.none}>{t("validators.noBlocks")}</span>;
  }
  return (
    <>
      <div className={styles.newest} data-signed={did.signed_newest}>
        {t(did.signed_newest ? "validators.inNewest" : "validators.notInNewest")}
      </div>
      <div className={styles.counts}>
        {t("validators.counts", { signed: did.signed_blocks, window, led: percent(share) })}
      </div>
      <div className={styles.counts} data-silent={did.lag_blocks === null}>
        <Lag did={did} window={window} />
      </div>
    </>
  );
}

function useColumns(network: LedgerNetwork | null): Column<NetworkValidator>[] {
  const { t } = useTranslation();
  const { count, percent } = useFormat();
  const whole = (network?.validators ?? []).reduce((sum, { weight }) => sum + weight, 0);
  const name = ({ index }: NetworkValidator) => t("validators.name", { index });
  return [
    {
      header: t("validators.validator"),
      cell: (validator) => (
        <span className={styles.name}>
          {name(validator)}
          {network?.own_index === validator.index ? (
            <span className={styles.own}>{t("validators.own")}</span>
          ) : null}
        </span>
      ),
      narrow: "unlabelled",
    },
    {
      header: t("validators.key"),
      cell: (validator) => (
        <Hash value={validator.key} what={t("validators.keyOf", { name: name(validator) })} />
      ),
    },
    {
      header: t("validators.weight"),
      cell: ({ weight }) => <span title={count(weight)}>{percent(weight / whole)}</span>,
      align: "end",
    },
    ...(network?.shards ?? []).map(
      (shard): Column<NetworkValidator> => ({
        header: t("validators.onShard", { shard: shard.shard }),
        cell: ({ shards }) => <Work did={shards.find((did) => did.shard === shard.shard)} shard={shard} />,
      }),
    ),
  ];
}

/** The table; `network` is `null` until the first response. */
export function ValidatorTable({ network }: { network: LedgerNetwork | null }) {
  const { t } = useTranslation();
  const columns = useColumns(network);
  return (
    <DataTable
      label={t("validators.members")}
      columns={columns}
      rows={network?.validators ?? null}
      rowKey={({ index }) => index}
    />
  );
}

//! Where consensus is, shard by shard.

import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LedgerNetwork, NetworkShard } from "../api/network.ts";
import { shorten } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";

function ShardRow({ shard, validators }: { shard: NetworkShard; validators: number }) {
  const { t, i18n } = useTranslation();
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const name = (index: number | null, key: string) =>
    index === null ? shorten(key) : t("validators.name", { index });
  const names = shard.signers.map(({ index, key }) => name(index, key)).join(", ");
  return (
    <tr>
      <th scope="row">{shard.shard}</th>
      <td className="number">{count(shard.height)}</td>
      <td>{shard.timestamp === null ? "–" : <Time at={shard.timestamp} />}</td>
      <td className="number">{count(shard.epoch)}</td>
      <td className="number">{shard.view === null ? "–" : count(shard.view)}</td>
      <td>{shard.proposer === null ? "–" : t("validators.name", { index: shard.proposer })}</td>
      <td>
        {shard.height === 0
          ? "–"
          : t("validators.signedBy", { signers: shard.signers.length, validators, names })}
      </td>
      <td className="number">{shard.waiting === null ? t("validators.stopped") : count(shard.waiting)}</td>
      <td className="number">{t("overview.lagUnit", { count: shard.index_lag_blocks })}</td>
    </tr>
  );
}

/** The table; `null` while the first reading is under way. */
export function ConsensusTable({ network }: { network: LedgerNetwork | null }) {
  const { t } = useTranslation();
  if (network === null) return <Skeleton height={84} mt={8} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label={t("validators.shards")}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t("overview.shard")}</th>
            <th scope="col" className="number">
              {t("overview.height")}
            </th>
            <th scope="col">{t("overview.lastBlock")}</th>
            <th scope="col" className="number">
              {t("validators.epoch")}
            </th>
            <th scope="col" className="number">
              {t("validators.view")}
            </th>
            <th scope="col">{t("validators.ledBy")}</th>
            <th scope="col">{t("validators.signed")}</th>
            <th scope="col" className="number">
              {t("validators.waiting")}
            </th>
            <th scope="col" className="number">
              {t("overview.lag")}
            </th>
          </tr>
        </thead>
        <tbody>
          {network.shards.map((shard) => (
            <ShardRow key={shard.shard} shard={shard} validators={network.validators.length} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

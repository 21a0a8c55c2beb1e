//! The shards, one row each.

import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ShardStatus } from "../api/ledger.ts";
import { Time } from "../shell/Time.tsx";

/** The table; `null` while the first reading is under way. */
export function ShardTable({ shards }: { shards: readonly ShardStatus[] | null }) {
  const { t, i18n } = useTranslation();
  if (shards === null) return <Skeleton height={84} mt={8} />;
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  return (
    <div className="scroll-x">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t("overview.shard")}</th>
            <th scope="col" className="number">
              {t("overview.height")}
            </th>
            <th scope="col" className="number">
              {t("overview.indexedHeight")}
            </th>
            <th scope="col" className="number">
              {t("overview.records")}
            </th>
            <th scope="col" className="number">
              {t("overview.transactions")}
            </th>
            <th scope="col">{t("overview.lastBlock")}</th>
          </tr>
        </thead>
        <tbody>
          {shards.map((shard) => (
            <tr key={shard.shard}>
              <th scope="row">{shard.shard}</th>
              <td className="number">{count(shard.height)}</td>
              <td className="number">{count(shard.indexed_height)}</td>
              <td className="number">{count(shard.records)}</td>
              <td className="number">{count(shard.transactions)}</td>
              <td>{shard.height === 0 ? "–" : <Time at={shard.timestamp} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

//! A table of the shards, one row each. Invariant: the table shows what the gateway reports and checks nothing.

import { useTranslation } from "react-i18next";
import type { ShardStatus } from "../api/ledger.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Time } from "../shell/Time.tsx";
import { useFormat } from "../shell/use-format.ts";

/** The table; `shards` is `null` until the first response. */
export function ShardTable({ shards }: { shards: readonly ShardStatus[] | null }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const columns: Column<ShardStatus>[] = [
    { header: t("overview.shard"), cell: ({ shard }) => shard },
    { header: t("overview.height"), cell: ({ height }) => count(height), align: "end" },
    { header: t("overview.indexedHeight"), cell: (shard) => count(shard.indexed_height), align: "end" },
    { header: t("overview.records"), cell: ({ records }) => count(records), align: "end" },
    { header: t("overview.transactions"), cell: ({ transactions }) => count(transactions), align: "end" },
    {
      header: t("overview.lastBlock"),
      cell: ({ height, timestamp }) => (height === 0 ? "–" : <Time at={timestamp} />),
    },
  ];
  return (
    <DataTable label={t("overview.shards")} columns={columns} rows={shards} rowKey={({ shard }) => shard} />
  );
}

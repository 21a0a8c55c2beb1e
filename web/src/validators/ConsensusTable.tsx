//! A table of the consensus state of each shard. Invariant: the table shows what the gateway reports and checks
//! nothing.

import { useTranslation } from "react-i18next";
import type { LedgerNetwork, NetworkShard } from "../api/network.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { shorten } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";
import { useFormat } from "../shell/use-format.ts";

function Signers({ shard, validators }: { shard: NetworkShard; validators: number }) {
  const { t } = useTranslation();
  if (shard.height === 0) return "–";
  const name = (index: number | null, key: string) =>
    index === null ? shorten(key) : t("validators.name", { index });
  const names = shard.signers.map(({ index, key }) => name(index, key)).join(", ");
  return t("validators.signedBy", { signers: shard.signers.length, validators, names });
}

/** The table; `network` is `null` until the first response. */
export function ConsensusTable({ network }: { network: LedgerNetwork | null }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const validators = network?.validators.length ?? 0;
  const columns: Column<NetworkShard>[] = [
    { header: t("overview.shard"), cell: ({ shard }) => shard },
    { header: t("overview.height"), cell: ({ height }) => count(height), align: "end" },
    {
      header: t("overview.lastBlock"),
      cell: ({ timestamp }) => (timestamp === null ? "–" : <Time at={timestamp} />),
    },
    { header: t("validators.epoch"), cell: ({ epoch }) => count(epoch), align: "end" },
    { header: t("validators.view"), cell: ({ view }) => (view === null ? "–" : count(view)), align: "end" },
    {
      header: t("validators.ledBy"),
      cell: ({ proposer }) => (proposer === null ? "–" : t("validators.name", { index: proposer })),
    },
    {
      header: t("validators.signed"),
      cell: (shard) => <Signers shard={shard} validators={validators} />,
    },
    {
      header: t("validators.waiting"),
      cell: ({ waiting }) => (waiting === null ? t("validators.stopped") : count(waiting)),
      align: "end",
    },
    {
      header: t("overview.lag"),
      cell: (shard) => t("overview.lagUnit", { count: shard.index_lag_blocks }),
      align: "end",
    },
  ];
  return (
    <DataTable
      label={t("validators.shards")}
      columns={columns}
      rows={network?.shards ?? null}
      rowKey={({ shard }) => shard}
    />
  );
}

//! A table of the peers of this gateway's node. Invariant: validators come first, in the order of the validator set.

import { useTranslation } from "react-i18next";
import type { NetworkPeer } from "../api/network.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";
import { useFormat } from "../shell/use-format.ts";

/** The table; validators come first, in their order. */
export function PeerTable({ peers }: { peers: readonly NetworkPeer[] }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const kilobytes = (bytes: number) => t("validators.kilobytes", { value: count(Math.ceil(bytes / 1_000)) });
  const name = ({ validator }: NetworkPeer) =>
    validator === null ? t("validators.follower") : t("validators.name", { index: validator });
  const place = ({ validator }: NetworkPeer) => validator ?? Number.MAX_SAFE_INTEGER;
  const columns: Column<NetworkPeer>[] = [
    { header: t("validators.peer"), cell: name, narrow: "unlabelled" },
    {
      header: t("validators.key"),
      cell: (peer) => <Hash value={peer.key} what={t("validators.keyOf", { name: name(peer) })} />,
    },
    {
      header: t("validators.connectedSince"),
      cell: ({ connected_since: since }) =>
        since === null ? t("validators.notConnected") : <Time at={since} />,
    },
    { header: t("validators.received"), cell: (peer) => kilobytes(peer.bytes_in), align: "end" },
    { header: t("validators.sent"), cell: (peer) => kilobytes(peer.bytes_out), align: "end" },
    { header: t("validators.dropped"), cell: ({ dropped }) => count(dropped), align: "end" },
  ];
  return (
    <DataTable
      label={t("validators.peers")}
      columns={columns}
      rows={peers.toSorted((left, right) => place(left) - place(right))}
      rowKey={({ key }) => key}
    />
  );
}

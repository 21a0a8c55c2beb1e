//! The other members of the network, as this gateway's node reaches them.

import { useTranslation } from "react-i18next";
import type { NetworkPeer } from "../api/network.ts";
import { Hash } from "../shell/Hash.tsx";
import { Time } from "../shell/Time.tsx";

function PeerRow({ peer }: { peer: NetworkPeer }) {
  const { t, i18n } = useTranslation();
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const kilobytes = (bytes: number) => t("validators.kilobytes", { value: count(Math.ceil(bytes / 1_000)) });
  const name =
    peer.validator === null ? t("validators.follower") : t("validators.name", { index: peer.validator });
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <Hash value={peer.key} what={t("validators.keyOf", { name })} />
      </td>
      <td>
        {peer.connected_since === null ? t("validators.notConnected") : <Time at={peer.connected_since} />}
      </td>
      <td className="number">{kilobytes(peer.bytes_in)}</td>
      <td className="number">{kilobytes(peer.bytes_out)}</td>
      <td className="number">{count(peer.dropped)}</td>
    </tr>
  );
}

/** The table; validators first, in their order. */
export function PeerTable({ peers }: { peers: readonly NetworkPeer[] }) {
  const { t } = useTranslation();
  const place = (peer: NetworkPeer) => peer.validator ?? Number.MAX_SAFE_INTEGER;
  return (
    <div className="scroll-x">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t("validators.peer")}</th>
            <th scope="col">{t("validators.key")}</th>
            <th scope="col">{t("validators.connectedSince")}</th>
            <th scope="col" className="number">
              {t("validators.received")}
            </th>
            <th scope="col" className="number">
              {t("validators.sent")}
            </th>
            <th scope="col" className="number">
              {t("validators.dropped")}
            </th>
          </tr>
        </thead>
        <tbody>
          {peers
            .toSorted((left, right) => place(left) - place(right))
            .map((peer) => (
              <PeerRow key={peer.key} peer={peer} />
            ))}
        </tbody>
      </table>
    </div>
  );
}

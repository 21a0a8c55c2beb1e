//! The panels of the current epoch and its randomness, or a note why there are none. Invariant: a beacon that cannot be
//! read is not shown as absent.

import { useTranslation } from "react-i18next";
import type { LedgerNetwork } from "../api/network.ts";
import styles from "./Beacon.module.css";
import { EpochPanel } from "./EpochPanel.tsx";
import { RandomnessPanel } from "./RandomnessPanel.tsx";

/** The panels of epoch and randomness. */
export function BeaconPanels({ network }: { network: Pick<LedgerNetwork, "beacon" | "shards"> }) {
  const { t } = useTranslation();
  const { beacon, shards } = network;
  if (beacon === null) {
    // The beacon is on shard 0; while that shard is stopped, its state is unknown.
    if (shards.some(({ shard, waiting }) => shard === 0 && waiting === null)) {
      return <p className="note">{t("beacon.stopped")}</p>;
    }
    return (
      <section className="panel" aria-labelledby="no-beacon">
        <h2 id="no-beacon">{t("beacon.none")}</h2>
        <p className="note">{t("beacon.noneLead")}</p>
      </section>
    );
  }
  return (
    <div className={styles.pair}>
      <EpochPanel beacon={beacon} />
      <RandomnessPanel beacon={beacon} />
    </div>
  );
}

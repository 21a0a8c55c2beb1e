//! The present epoch and its randomness, side by side; or that there are none.

import { useTranslation } from "react-i18next";
import type { Beacon } from "../api/beacon.ts";
import styles from "./beacon.module.css";
import { EpochPanel } from "./EpochPanel.tsx";
import { RandomnessPanel } from "./RandomnessPanel.tsx";

/** The panels; `null` for a chain without a beacon. */
export function BeaconPanels({ beacon }: { beacon: Beacon | null }) {
  const { t } = useTranslation();
  if (beacon === null) {
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

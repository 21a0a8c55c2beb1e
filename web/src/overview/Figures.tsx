//! The row of key figures at the top of the overview. Invariant: each figure is shown with its window or source.

import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { LedgerStatus } from "../api/ledger.ts";
import { useFormat } from "../shell/use-format.ts";
import styles from "./OverviewPage.module.css";

interface FigureText {
  label: string;
  /** `null` while loading. */
  value: string | null;
  /** The window and the source. */
  note: string;
  /** Whether there is nothing to count yet. */
  isEmpty?: boolean;
}

function Figure({ label, value, note, isEmpty = false }: FigureText) {
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd className={styles.value} data-empty={isEmpty}>
        {value ?? <Skeleton height={28} width={96} mt={4} />}
      </dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  );
}

/** A total over all shards. */
function sum(status: LedgerStatus, key: "records" | "transactions"): number {
  return status.shards.reduce((total, shard) => total + shard[key], 0);
}

/** The index lag of the slowest shard, in blocks. */
export function indexLag(status: LedgerStatus): number {
  return Math.max(0, ...status.shards.map((shard) => shard.height - shard.indexed_height));
}

/** The key figures; `status` is `null` until the first response. */
export function Figures({ status }: { status: LedgerStatus | null }) {
  const { t } = useTranslation();
  const { count, ms } = useFormat();
  const finality = status?.finality_ms ?? null;
  const finalityFigure = (percentile: "p50" | "p99"): FigureText => ({
    label: t(percentile === "p50" ? "overview.finalityP50" : "overview.finalityP99"),
    value: status === null ? null : finality === null ? t("overview.noFinality") : ms(finality[percentile]),
    isEmpty: status !== null && finality === null,
    note:
      finality === null
        ? t("overview.finalityNoNote")
        : t("overview.finalityNote", { count: finality.samples }),
  });
  const figures: FigureText[] = [
    {
      label: t("overview.records"),
      value: status && count(sum(status, "records")),
      note: t("overview.sinceGenesis"),
    },
    {
      label: t("overview.transactions"),
      value: status && count(sum(status, "transactions")),
      note: t("overview.sinceGenesis"),
    },
    finalityFigure("p50"),
    finalityFigure("p99"),
    {
      label: t("overview.lag"),
      value: status && t("overview.lagUnit", { count: indexLag(status) }),
      note: t("overview.lagNote"),
    },
  ];
  return (
    <dl className={styles.figures}>
      {figures.map((figure) => (
        <Figure key={figure.label} {...figure} />
      ))}
    </dl>
  );
}

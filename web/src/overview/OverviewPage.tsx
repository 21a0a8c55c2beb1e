//! The overview: the number of records on the ledger and the time to finality. Invariant: each number is shown with its
//! window and its source.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchLedgerStatus, type LedgerStatus, STATUS_PATH } from "../api/ledger.ts";
import { Failure } from "../shell/Failure.tsx";
import { Hash } from "../shell/Hash.tsx";
import { Page } from "../shell/Page.tsx";
import type { Slice } from "../shell/slice.ts";
import { slices } from "../slices.ts";
import { Figures } from "./Figures.tsx";
import styles from "./OverviewPage.module.css";
import { ShardTable } from "./ShardTable.tsx";

/** The polling interval, in milliseconds. */
export const POLL_INTERVAL_MS = 2_000;

function Chain({ status }: { status: LedgerStatus }) {
  const { t } = useTranslation();
  return (
    <p className={styles.chain}>
      <span>
        {t("overview.chain")} <strong>{status.name}</strong>
      </span>
      <Hash value={status.chain_id} what={t("overview.chainId")} />
      <span className="note">{t("shell.version", { version: status.version })}</span>
    </p>
  );
}

/** The overview page. */
export function OverviewPage() {
  const { t } = useTranslation();
  const status = useQuery({
    queryKey: ["ledger", "status"],
    queryFn: ({ signal }) => fetchLedgerStatus(signal),
    refetchInterval: POLL_INTERVAL_MS,
  });
  return (
    <Page title={t("overview.title")} lead={t("overview.lead")}>
      <div className="stack">
        {status.isError && status.data === undefined ? (
          <Failure error={status.error} retry={() => void status.refetch()} />
        ) : (
          <>
            <Figures status={status.data ?? null} />
            <section className="panel" aria-labelledby="shards">
              <h2 id="shards">{t("overview.shards")}</h2>
              <ShardTable shards={status.data?.shards ?? null} />
              {status.data === undefined ? null : <Chain status={status.data} />}
              <p className="note" role="status">
                {status.isRefetchError ? t("overview.stale") : t("overview.refresh", { path: STATUS_PATH })}
              </p>
            </section>
          </>
        )}
        {slices.map(({ name, RecentPanel }: Slice) => RecentPanel && <RecentPanel key={name} />)}
      </div>
    </Page>
  );
}

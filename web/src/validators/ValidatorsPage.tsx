//! The page of the validators. Invariant: each count is shown with the number of blocks that it covers, and a validator
//! that is missing in one certificate is not called absent.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchLedgerStatus, type LedgerStatus } from "../api/ledger.ts";
import { fetchLedgerNetwork, type LedgerNetwork, NETWORK_PATH } from "../api/network.ts";
import { BeaconPanels } from "../beacon/BeaconPanels.tsx";
import { BondPanel } from "../beacon/BondTable.tsx";
import { ConvictionPanel } from "../beacon/ConvictionTable.tsx";
import { OutboxPanel } from "../beacon/OutboxTable.tsx";
import { Command } from "../shell/Command.tsx";
import { Failure } from "../shell/Failure.tsx";
import { Page } from "../shell/Page.tsx";
import { useFormat } from "../shell/use-format.ts";
import { AccusationList } from "./AccusationList.tsx";
import { ConsensusTable } from "./ConsensusTable.tsx";
import { PeerTable } from "./PeerTable.tsx";
import { ValidatorTable } from "./ValidatorTable.tsx";

/** The polling interval, in milliseconds. */
const POLL_INTERVAL_MS = 2_000;

/** The note on a chain with one validator. */
function Alone() {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-labelledby="alone">
      <h2 id="alone">{t("validators.alone")}</h2>
      <p className="note">{t("validators.aloneLead")}</p>
      <Command command="waymark up --validators 4 --data another-folder" what={t("empty.command")} />
    </section>
  );
}

type FinalityMs = LedgerStatus["finality_ms"];

/** The time to finality, with its window. */
function Finality({ finality }: { finality: FinalityMs }) {
  const { t } = useTranslation();
  const { ms } = useFormat();
  if (finality === null) return <p className="note">{t("validators.noFinality")}</p>;
  return (
    <p className="note">
      {t("validators.finality", { p50: ms(finality.p50), p99: ms(finality.p99), count: finality.samples })}
    </p>
  );
}

/** The panels of the page; `network` is `null` until the first response, `finality` also before the first write. */
export function NetworkPanels({
  network,
  finality,
}: {
  network: LedgerNetwork | null;
  finality: FinalityMs;
}) {
  const { t } = useTranslation();
  return (
    <>
      {network?.validators.length === 1 ? <Alone /> : null}
      {network === null ? null : <BeaconPanels network={network} />}
      <section className="panel" aria-labelledby="shards">
        <h2 id="shards">{t("validators.shards")}</h2>
        <ConsensusTable network={network} />
        <Finality finality={finality} />
        <p className="note">{t("validators.quorumNote")}</p>
      </section>
      <section className="panel" aria-labelledby="members">
        <h2 id="members">{t("validators.members")}</h2>
        <ValidatorTable network={network} />
        <p className="note">{t("validators.windowNote", { count: network?.window_blocks ?? 0 })}</p>
      </section>
      {network?.beacon ? <BondPanel beacon={network.beacon} /> : null}
      {network?.beacon ? <ConvictionPanel beacon={network.beacon} /> : null}
      <section className="panel" aria-labelledby="accusations">
        <h2 id="accusations">{t("validators.accusations")}</h2>
        <AccusationList accusations={network?.accusations ?? null} />
      </section>
      {network === null ? null : <OutboxPanel outboxes={network.outboxes} />}
      {network === null || network.peers.length === 0 ? null : (
        <section className="panel" aria-labelledby="peers">
          <h2 id="peers">{t("validators.peers")}</h2>
          <PeerTable peers={network.peers} />
          <p className="note">{t("validators.peersNote")}</p>
        </section>
      )}
    </>
  );
}

/** The page of the validators. */
export function ValidatorsPage() {
  const { t } = useTranslation();
  const network = useQuery({
    queryKey: ["ledger", "network"],
    queryFn: ({ signal }) => fetchLedgerNetwork(signal),
    refetchInterval: POLL_INTERVAL_MS,
  });
  const status = useQuery({
    queryKey: ["ledger", "status"],
    queryFn: ({ signal }) => fetchLedgerStatus(signal),
    refetchInterval: POLL_INTERVAL_MS,
  });
  return (
    <Page title={t("validators.title")} lead={t("validators.lead")}>
      <div className="stack">
        {network.isError && network.data === undefined ? (
          <Failure error={network.error} retry={() => void network.refetch()} />
        ) : (
          <>
            <NetworkPanels network={network.data ?? null} finality={status.data?.finality_ms ?? null} />
            <p className="note" role="status">
              {network.isRefetchError ? t("overview.stale") : t("overview.refresh", { path: NETWORK_PATH })}
            </p>
          </>
        )}
      </div>
    </Page>
  );
}

//! The panel of the current epoch: progress, league (leader list), signers and planned changes of seats. Invariant: the
//! panel shows what the gateway reports and checks nothing.

import { useTranslation } from "react-i18next";
import type { Beacon, SeatChange } from "../api/beacon.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { useFormat } from "../shell/use-format.ts";
import styles from "./Beacon.module.css";
import { useNames } from "./use-names.ts";

function Progress({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { elapsed_blocks: elapsed, epoch_blocks: least } = beacon;
  const state = beacon.may_end ? "mayEnd" : elapsed < least ? "goesOn" : "waits";
  return (
    <div className={styles.progress}>
      <progress aria-labelledby="epoch-progress" max={least} value={Math.min(elapsed, least)} />
      <p className="note" id="epoch-progress">
        {t("beacon.progress", { elapsed: count(elapsed), least: count(least) })} {t(`beacon.${state}`)}
      </p>
    </div>
  );
}

function Plan({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { ofNumber } = useNames(beacon);
  const { epoch, changes } = beacon.plan;
  if (changes.length === 0) return <p className="note">{t("beacon.noChanges", { epoch })}</p>;
  const joiner = (id: number, isReady: boolean | null) =>
    t("beacon.joiner", { name: ofNumber(id), ready: t(isReady ? "beacon.ready" : "beacon.notReady") });
  const columns: Column<SeatChange>[] = [
    { header: t("beacon.change"), cell: (_, index) => index + 1 },
    {
      header: t("beacon.joins"),
      cell: ({ joins, is_ready: isReady }) => (joins === null ? "–" : joiner(joins, isReady)),
    },
    { header: t("beacon.leaves"), cell: ({ leaves }) => (leaves === null ? "–" : ofNumber(leaves)) },
  ];
  return (
    <DataTable
      label={t("beacon.plan", { epoch })}
      isLabelShown
      columns={columns}
      rows={changes}
      rowKey={({ joins, leaves }) => `${joins}-${leaves}`}
    />
  );
}

/** The panel of the epoch. */
export function EpochPanel({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { ofSeat } = useNames(beacon);
  const names = (seats: readonly number[]) => seats.map(ofSeat).join(", ");
  return (
    <section className="panel" aria-labelledby="epoch">
      <h2 id="epoch">{t("beacon.epoch", { epoch: beacon.epoch })}</h2>
      <Progress beacon={beacon} />
      <dl className={styles.facts}>
        <div>
          <dt>{t("beacon.league")}</dt>
          <dd>{names(beacon.league)}</dd>
        </div>
        <div>
          <dt>{t("beacon.mode")}</dt>
          <dd>{t(`beacon.${beacon.mode}`)}</dd>
        </div>
        {beacon.mode === "full"
          ? null
          : beacon.assignment.map(({ shard, validators }) => (
              <div key={shard}>
                <dt>{t("validators.onShard", { shard })}</dt>
                <dd>{names(validators)}</dd>
              </div>
            ))}
      </dl>
      <Plan beacon={beacon} />
    </section>
  );
}

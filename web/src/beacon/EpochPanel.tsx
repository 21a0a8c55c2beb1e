//! The present epoch: how far it is, who leads in it, who signs what, and which seats will change.

import { useTranslation } from "react-i18next";
import type { Beacon, SeatChange } from "../api/beacon.ts";
import styles from "./beacon.module.css";
import { useNames } from "./name.ts";

function Progress({ beacon }: { beacon: Beacon }) {
  const { t, i18n } = useTranslation();
  const count = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
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

function Change({ beacon, change, at }: { beacon: Beacon; change: SeatChange; at: number }) {
  const { t } = useTranslation();
  const { ofNumber } = useNames(beacon);
  const ready = change.is_ready ? t("beacon.ready") : t("beacon.notReady");
  return (
    <tr>
      <th scope="row">{at + 1}</th>
      <td>{change.joins === null ? "–" : t("beacon.joiner", { name: ofNumber(change.joins), ready })}</td>
      <td>{change.leaves === null ? "–" : ofNumber(change.leaves)}</td>
    </tr>
  );
}

function Plan({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { epoch, changes } = beacon.plan;
  if (changes.length === 0) return <p className="note">{t("beacon.noChanges", { epoch })}</p>;
  return (
    <div className="scroll-x">
      <table className="data-table">
        <caption className={styles.caption}>{t("beacon.plan", { epoch })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("beacon.change")}</th>
            <th scope="col">{t("beacon.joins")}</th>
            <th scope="col">{t("beacon.leaves")}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change, at) => (
            <Change key={`${change.joins}-${change.leaves}`} beacon={beacon} change={change} at={at} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The panel. */
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

//! The panel of this epoch's randomness and of the draw for the next epoch. Invariant: the panel shows what the gateway
//! reports and checks nothing.

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Beacon } from "../api/beacon.ts";
import { type Column, DataTable } from "../shell/DataTable.tsx";
import { Hash } from "../shell/Hash.tsx";
import styles from "./Beacon.module.css";
import { useNames } from "./use-names.ts";

const PHASES = ["dealing", "revealing", "done"] as const;

function Phases({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { phase, dealing_until: until } = beacon.round;
  return (
    <>
      <ol className={styles.phases} aria-label={t("beacon.phases")}>
        {PHASES.map((one) => (
          <li key={one} aria-current={one === phase ? "step" : undefined}>
            {t(`beacon.${one}`)}
          </li>
        ))}
      </ol>
      <p className="note">
        {until === null ? t(`beacon.${phase}Note`) : t("beacon.dealingNote", { height: until })}
      </p>
    </>
  );
}

function Done({ isDone, children }: { isDone: boolean; children: ReactNode }) {
  return (
    <span className={styles.share} data-done={isDone}>
      {children}
    </span>
  );
}

function Transcript({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { ofSeat } = useNames(beacon);
  const { phase, dealt, revealed, withheld } = beacon.round;
  const seats = beacon.validators.flatMap(({ index }) => (index === null ? [] : [index]));
  const deal = (seat: number) => {
    if (dealt.includes(seat)) return t("beacon.dealt");
    return phase === "dealing" ? t("beacon.notYet") : t("beacon.tooLate");
  };
  const reveal = (seat: number) => {
    if (revealed.includes(seat)) return t("beacon.revealed");
    return withheld.includes(seat) ? t("beacon.notYet") : t("beacon.noShares");
  };
  const columns: Column<number>[] = [
    { header: t("validators.validator"), cell: ofSeat, narrow: "unlabelled" },
    { header: t("beacon.deal"), cell: (seat) => <Done isDone={dealt.includes(seat)}>{deal(seat)}</Done> },
    {
      header: t("beacon.shares"),
      cell: (seat) => <Done isDone={revealed.includes(seat)}>{reveal(seat)}</Done>,
    },
  ];
  return (
    <DataTable
      label={t("beacon.transcript")}
      className={styles.transcript}
      columns={columns}
      rows={seats.toSorted((left, right) => left - right)}
      rowKey={(seat) => seat}
    />
  );
}

/** The panel of randomness. */
export function RandomnessPanel({ beacon }: { beacon: Beacon }) {
  const { t } = useTranslation();
  const { epoch, randomness, round } = beacon;
  return (
    <section className="panel" aria-labelledby="randomness">
      <h2 id="randomness">{t("beacon.randomness")}</h2>
      <dl className={styles.facts}>
        <div>
          <dt>{t("beacon.ofEpoch", { epoch })}</dt>
          <dd>
            <Hash value={randomness} what={t("beacon.ofEpoch", { epoch })} />
          </dd>
        </div>
        <div>
          <dt>{t("beacon.ofEpoch", { epoch: epoch + 1 })}</dt>
          <dd>
            {round.output === null ? (
              t("beacon.notDrawn")
            ) : (
              <Hash value={round.output} what={t("beacon.ofEpoch", { epoch: epoch + 1 })} />
            )}
          </dd>
        </div>
      </dl>
      <Phases beacon={beacon} />
      <Transcript beacon={beacon} />
    </section>
  );
}

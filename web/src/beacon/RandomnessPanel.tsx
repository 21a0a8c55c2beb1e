//! How the validators draw randomness among themselves: what they drew for this epoch, and how far the next is.

import { useTranslation } from "react-i18next";
import type { Beacon } from "../api/beacon.ts";
import { Hash } from "../shell/Hash.tsx";
import styles from "./beacon.module.css";
import { useNames } from "./name.ts";

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
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={t("beacon.transcript")}>
      <table className="data-table">
        <caption className="visually-hidden">{t("beacon.transcript")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("validators.validator")}</th>
            <th scope="col">{t("beacon.deal")}</th>
            <th scope="col">{t("beacon.shares")}</th>
          </tr>
        </thead>
        <tbody>
          {seats
            .toSorted((left, right) => left - right)
            .map((seat) => (
              <tr key={seat}>
                <th scope="row">{ofSeat(seat)}</th>
                <td data-done={dealt.includes(seat)}>{deal(seat)}</td>
                <td data-done={revealed.includes(seat)}>{reveal(seat)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

/** The panel. */
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

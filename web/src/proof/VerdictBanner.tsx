//! The verdict in words. Invariant: it is green only for `verified`, which only this browser's verifier can report.

import { useTranslation } from "react-i18next";
import { Icon } from "../shell/Icon.tsx";
import type { VerificationState } from "./use-verification.ts";
import styles from "./VerdictBanner.module.css";

type Tone = "good" | "bad" | "unsure" | "busy";

/** A banner with a tone; `title` states the same in words. `testId` finds it in tests. */
export function Banner({
  tone,
  title,
  testId = "verdict",
  children,
}: {
  tone: Tone;
  title: string;
  testId?: string;
  children?: React.ReactNode;
}) {
  const icon = { good: "check", bad: "cross", unsure: "question", busy: "dash" } as const;
  return (
    <div className={styles.banner} data-tone={tone} data-testid={testId}>
      <span className={styles.sign}>
        <Icon name={icon[tone]} />
      </span>
      <div className={styles.words}>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

/** The progress of a verification, then its verdict; `children` are shown with a green one. */
export function VerdictBanner({ state, children }: { state: VerificationState; children?: React.ReactNode }) {
  const { t } = useTranslation();
  if (state.phase === "idle") return null;
  if (state.phase === "running") {
    return (
      <Banner tone="busy" title={t("proof.running", { step: t(`step.${state.step}.title`) })}>
        <code className={styles.ticker}>{state.last?.output ?? " "}</code>
      </Banner>
    );
  }
  if (state.phase === "unavailable") {
    return (
      <Banner tone="unsure" title={t("proof.unavailable")}>
        <p>{t("proof.unavailableLead")}</p>
      </Banner>
    );
  }
  const { verdict, step, detail, anchored } = state.report;
  if (verdict === "verified") {
    return (
      <Banner tone="good" title={t(anchored ? "proof.verified" : "proof.verifiedOnOwnWord")}>
        {children}
      </Banner>
    );
  }
  const title =
    verdict === "tampered"
      ? t("proof.tampered", { step: step === null ? "" : t(`step.${step}.title`) })
      : t(`proof.${verdict}`);
  return (
    <Banner tone={verdict === "tampered" ? "bad" : "unsure"} title={title}>
      {detail === null ? null : (
        <p lang="en">
          {step === null ? null : <code>{step}</code>} {detail}
        </p>
      )}
    </Banner>
  );
}
